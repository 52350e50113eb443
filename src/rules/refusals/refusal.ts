import type { FailureRow } from '../../driver/prediction.js';
import { whenItFails, type Refusal } from '../shared/outcome.js';
import {
  finding,
  notApplicable,
  type Diagnosis,
  type FindingData,
  type RuleAnswer,
  type StoreDiagnosis,
} from '../rule.js';

/** What a driver that was picked for its leftovers said: the row is then that of the search, G7. */
const WORDS: readonly (readonly [RegExp, FailureRow])[] = [
  [/^the 'zfs' command is not available/, 'Z1'],
  [/^could not open \/dev\/zfs/, 'Z2'],
  [/^unable to parse key\/value option/, 'Z3'],
  [/^unknown option /, 'Z4'],
  [/^no zfs dataset found for rootdir/, 'Z5'],
  [/^failed to (?:find zfs dataset|access) /, 'Z6'],
  [/^cannot find root filesystem .*(?:does not match what is expected|invalid syntax)/, 'Z9'],
  [/^cannot find root filesystem /, 'Z7'],
  [/^zfs get all -t filesystem/, 'Z8'],
  [/^overlay: [Uu]nknown option /, 'G10'],
  [/^vfs driver does not support /, 'G11'],
  [/is not supported over|^kernel does not support overlay|^native overlay not supported/, 'G12'],
];

/** The row whose cause it is. */
export function causeOf(refusal: Refusal): FailureRow {
  if (refusal.row !== 'G7') return refusal.row;
  return WORDS.find(([pattern]) => pattern.test(refusal.words))?.[1] ?? 'G7';
}

/**
 * For the rules that explain a refusal.
 *
 * @param explain the data of the finding, or why another rule of the same row names the cause
 */
export function whenRefused<Data extends FindingData>(
  diagnosis: Diagnosis,
  rows: readonly FailureRow[],
  explain: (refusal: Refusal, diagnosis: StoreDiagnosis) => Data | string,
): RuleAnswer<Data> {
  return whenItFails(diagnosis, (refusal, store) => {
    if (!rows.includes(causeOf(refusal)) && !rows.includes(refusal.row)) {
      return notApplicable('CRI-O stops for another reason');
    }
    const data = explain(refusal, store);
    return typeof data === 'string' ? notApplicable(data) : finding(data);
  });
}
