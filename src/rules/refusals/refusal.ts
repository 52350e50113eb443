import { innerCause, type FailureCause } from '../../driver/cause.js';
import { whenItFails } from '../shared/outcome.js';
import {
  finding,
  notApplicable,
  type Diagnosis,
  type FindingData,
  type RuleAnswer,
  type StoreDiagnosis,
} from '../rule.js';

type CauseKind = FailureCause['kind'];
type CauseOf<Kind extends CauseKind> = Extract<FailureCause, { readonly kind: Kind }>;

/**
 * For the rules that explain a refusal.
 *
 * @param kinds of the causes that the rule explains
 * @param explain the data of the finding, or why another rule names the cause
 */
export function whenRefused<Kind extends CauseKind, Data extends FindingData>(
  diagnosis: Diagnosis,
  kinds: readonly Kind[],
  explain: (cause: CauseOf<Kind>, diagnosis: StoreDiagnosis, words: string) => Data | string,
): RuleAnswer<Data> {
  return whenItFails(diagnosis, ({ cause, words }, store) => {
    const isOfKind = (candidate: FailureCause): candidate is CauseOf<Kind> =>
      kinds.some((kind) => kind === candidate.kind);
    const explained = [cause, innerCause(cause)].find(isOfKind);
    if (explained === undefined) return notApplicable('CRI-O stops for another reason');
    const data = explain(explained, store, words);
    return typeof data === 'string' ? notApplicable(data) : finding(data);
  });
}
