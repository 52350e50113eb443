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
  if (result?.['kind'] === 'failed' && typeof result['why'] === 'string') return result['why'];
  const entries: unknown = result?.['entries'];
  if (!Array.isArray(entries)) return NO_RESULT;
  const reverted = entries.map(correctionIn);
  return reverted.every((one) => one !== undefined) ? reverted : NO_RESULT;
}

const NO_RESULT = 'crio-guard printed no result';

function correctionIn(reverted: unknown): RevertedCorrection | undefined {
  if (!isRecord(reverted)) return undefined;
  const { entry, left } = reverted;
  if (!isRecord(entry) || !hasStrings(entry, 'code', 'time')) return undefined;
  if (!Array.isArray(left) || !left.every((one) => typeof one === 'string')) return undefined;
  return { code: String(entry['code']), time: String(entry['time']), left };
}
