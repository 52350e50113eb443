import type { RevertResult } from '../fix/revert.js';

export interface RevertedCorrection {
  /** The finding that was corrected. */
  readonly code: string;
  /** When it was corrected, ISO 8601. */
  readonly time: string;
  /** What could not be taken back. */
  readonly left: readonly string[];
}

/** Reads what `crio-guard --revert --json` prints. @returns why nothing was taken back, as a sentence */
export function revertedOf(output: string): readonly RevertedCorrection[] | string {
  try {
    // Printed by the same version of the program, from this type.
    const result = JSON.parse(output) as RevertResult;
    if (result.kind === 'failed') return result.why;
    return result.entries.map(({ entry, left }) => ({ code: entry.code, time: entry.time, left }));
  } catch {
    return 'crio-guard printed no result';
  }
}
