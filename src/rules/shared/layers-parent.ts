import { valueOf } from '../../host/probe.js';
import type { Dataset } from '../../facts/zfs/datasets.js';
import { whenItStarts, type StartDiagnosis } from './outcome.js';
import { notApplicable, unknownAnswer, type Diagnosis, type FindingData, type RuleAnswer } from '../rule.js';

/** The dataset below which every layer will be made, among all datasets. */
export interface LayersParent {
  readonly dataset: Dataset;
  readonly datasets: readonly Dataset[];
}

/** For hazards of a CRI-O that starts with the zfs driver. */
export function withZfsStore<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (diagnosis: StartDiagnosis, dataset: string) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return whenItStarts(diagnosis, (store) => {
    const { driver, dataset = '' } = store.prediction;
    return driver === 'zfs' ? check(store, dataset) : notApplicable(`the driver is ${driver}`);
  });
}

/** For hazards of a store that lies on ZFS, whatever the driver. */
export function withStoreOnZfs<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (diagnosis: StartDiagnosis) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return whenItStarts(diagnosis, (store) => {
    const { driver } = store.prediction;
    const onZfs = valueOf(store.input.facts.graphroot.mount)?.fileSystem === 'zfs';
    return driver === 'zfs' || onZfs
      ? check(store)
      : notApplicable(`the driver is ${driver}, and not on ZFS`);
  });
}

export function withLayersParent<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (diagnosis: StartDiagnosis, parent: LayersParent) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withZfsStore(diagnosis, (store, name) => {
    const { datasets } = store.input.facts.zfs;
    if (datasets.state === 'unknown') return unknownAnswer(datasets.why);
    const list = datasets.state === 'known' ? datasets.value : [];
    const dataset = list.find((candidate) => candidate.name === name);
    if (dataset === undefined) {
      return unknownAnswer({
        kind: 'depends',
        question: `read the properties of ${name}`,
        detail: 'it is not listed',
      });
    }
    return check(store, { dataset, datasets: list });
  });
}
