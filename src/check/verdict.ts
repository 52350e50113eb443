export const VERDICTS = ['ok', 'warning', 'error', 'unknown'] as const;

export type Verdict = (typeof VERDICTS)[number];
