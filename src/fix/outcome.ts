import { fsnameOf } from '../driver/options.js';
import type { Outcome } from './prove.js';
import { valueOf } from '../host/probe.js';
import { treeOf } from '../check/storage-tree.js';
import type { Checked } from '../check/check-host.js';

/** What a proof and a verification look at. */
export function outcomeOf({ diagnosis, outcomes }: Checked): Outcome {
  const { prediction, input } = diagnosis;
  const { findings } = outcomes;
  if (input === undefined) return { prediction, findings, store: undefined, datasets: undefined };
  const { facts, request } = input;
  const tree = treeOf({ facts, prediction, driver: request.driver, fsname: fsnameOf(request.options) });
  const listed = valueOf(facts.zfs.datasets);
  const datasets = listed === undefined ? undefined : new Set(listed.map(({ name }) => name));
  return { prediction, findings, store: facts.store, datasets, tree };
}
