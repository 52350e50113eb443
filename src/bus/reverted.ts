import { hasStrings, isRecord, parseRecord } from '../text/json-record.js';

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
  const result = parseRecord(output);
  // It failed, or was refused because CRI-O would be worse off.
  if (typeof result?.['why'] === 'string') return result['why'];
  const corrections: unknown = result?.['corrections'];
  if (!Array.isArray(corrections)) return NO_RESULT;
  const reverted = corrections.map(correctionIn);
  return reverted.every((one) => one !== undefined) ? reverted : NO_RESULT;
}

const NO_RESULT = 'crio-guard printed no result';

function correctionIn(reverted: unknown): RevertedCorrection | undefined {
  if (!isRecord(reverted) || !hasStrings(reverted, 'code', 'time')) return undefined;
  const { left, failed = [] } = reverted;
  if (!isStrings(left) || !isStrings(failed)) return undefined;
  return { code: String(reverted['code']), time: String(reverted['time']), left: [...left, ...failed] };
}

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
