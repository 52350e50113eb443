import type { Prediction } from '../../driver/prediction.js';
import {
  notApplicable,
  passed,
  unknownAnswer,
  withStore,
  type Diagnosis,
  type FindingData,
  type RuleAnswer,
  type StoreDiagnosis,
} from '../rule.js';

/** A start that the store refuses. */
export type Refusal = Extract<Prediction, { outcome: 'fails' }>;

export type Start = Extract<Prediction, { outcome: 'starts' }>;

/** A CRI-O that comes up. */
export type StartDiagnosis = StoreDiagnosis & { readonly prediction: Start };

/**
 * For hazards of a CRI-O that starts. One that fails has a root cause, and what could go wrong later would
 * only stand in its way.
 */
export function whenItStarts<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (store: StartDiagnosis) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withStore(diagnosis, (store) => {
    const { prediction } = store;
    switch (prediction.outcome) {
      case 'starts':
        return check({ ...store, prediction });
      case 'fails':
        return notApplicable('CRI-O will not start');
      case 'unknown':
        return unknownAnswer(...prediction.missing);
    }
  });
}

/** For the causes of a refusal: none can say that CRI-O fails where the prediction says it starts. */
export function whenItFails<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (refusal: Refusal, store: StoreDiagnosis) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withStore(diagnosis, (store) => {
    const { prediction } = store;
    switch (prediction.outcome) {
      case 'starts':
        return passed;
      case 'fails':
        return check(prediction, store);
      case 'unknown':
        return unknownAnswer(...prediction.missing);
    }
  });
}
