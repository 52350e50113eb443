import type { Verdict } from '../check/verdict.js';

/** Exit codes of every command; those of a verdict are node-problem-detector's too. */
export const EXIT = { ok: 0, error: 1, unknown: 2, usage: 64 } as const;

export const EXIT_OF_VERDICT: Readonly<Record<Verdict, number>> = {
  ok: EXIT.ok,
  warning: EXIT.ok,
  error: EXIT.error,
  unknown: EXIT.unknown,
};
