export const VERDICTS = ['ok', 'warning', 'error', 'unknown'] as const;

export const isVerdict = (value: unknown): value is Verdict => VERDICTS.some((verdict) => verdict === value);

export type Verdict = (typeof VERDICTS)[number];
