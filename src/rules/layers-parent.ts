import type { Dataset } from '../facts/datasets.js';
import {
  notApplicable,
  undetermined,
  withStore,
  type Diagnosis,
  type FindingData,
  type RuleAnswer,
  type StoreDiagnosis,
} from './rule.js';

/** The dataset below which every layer will be made, among all datasets. */
export interface LayersParent {
  readonly dataset: Dataset;
  readonly datasets: readonly Dataset[];
}

/**
 * For hazards of a CRI-O that starts on ZFS. One that fails to start has a root cause, and what could go
 * wrong later would only stand in its way.
 */
export function withZfsStore<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (diagnosis: StoreDiagnosis, dataset: string) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withStore(diagnosis, (store) => {
    const { prediction } = store;
    if (prediction.outcome === 'fails') return notApplicable('CRI-O will not start');
    if (prediction.outcome === 'unknown') return undetermined(...prediction.missing);
    if (prediction.driver !== 'zfs') return notApplicable(`the driver is ${prediction.driver}`);
    return check(store, prediction.dataset ?? '');
  });
}

export function withLayersParent<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (diagnosis: StoreDiagnosis, parent: LayersParent) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withZfsStore(diagnosis, (store, name) => {
    const { datasets } = store.situation.facts.zfs;
    if (datasets.state === 'unknown') return undetermined(datasets.why);
    const list = datasets.state === 'known' ? datasets.value : [];
    const dataset = list.find((candidate) => candidate.name === name);
    if (dataset === undefined) {
      return undetermined({
        kind: 'depends',
        question: `read the properties of ${name}`,
        detail: 'it is not listed',
      });
    }
    return check(store, { dataset, datasets: list });
  });
}
