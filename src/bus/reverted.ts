import { NOT_JSON, parseRecord } from '../text/json-record.js';
import { aString, listOf, mismatchIn, objectWith, optional } from '../text/json-shape.js';

export interface RevertedCorrection {
  /** The finding that was corrected. */
  readonly code: string;
  /** When it was corrected, ISO 8601. */
  readonly time: string;
  /** What could not be taken back. */
  readonly left: readonly string[];
}

/** What `crio-guard --revert --json` prints of a correction. */
interface Printed extends RevertedCorrection {
  readonly failed?: readonly string[];
}

const resultShape = objectWith({
  corrections: listOf(
    objectWith({
      code: aString,
      time: aString,
      left: listOf(aString),
      failed: optional(listOf(aString)),
    }),
  ),
});

/** Reads what `crio-guard --revert --json` prints. @returns why nothing was taken back, as a sentence */
export function revertedOf(output: string): readonly RevertedCorrection[] | string {
  const result = parseRecord(output);
  // It failed, or was refused because CRI-O would be worse off.
  if (typeof result?.['why'] === 'string') return result['why'];
  const why = result === undefined ? NOT_JSON : mismatchIn(result, resultShape);
  if (why !== undefined) return `crio-guard printed no result: ${why}`;
  // Its shape was checked.
  const corrections = result?.['corrections'] as readonly Printed[];
  return corrections.map(({ code, time, left, failed = [] }) => ({ code, time, left: [...left, ...failed] }));
}
