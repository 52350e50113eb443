import type { Mount } from '../../host/mountinfo.js';
import { poolOf } from '../../host/pool-state.js';
import { unknown, valueOf, type Probe } from '../../host/probe.js';
import type { Dataset } from './datasets.js';

/**
 * The listing, where it agrees with the kernel: it has a dataset of each pool, and each mounted dataset. One answer
 * of a program that contradicts the kernel proves nothing.
 *
 * @param pools that were asked for
 */
export function agreedListing(
  datasets: Probe<readonly Dataset[]>,
  mounts: Probe<readonly Mount[]>,
  pools: readonly string[],
): Probe<readonly Dataset[]> {
  if (datasets.state !== 'known') return datasets;
  const unlistedPools = new Set(pools);
  const unlisted = new Set(mountedDatasets(mounts).filter((name) => pools.includes(poolOf(name))));
  for (const { name, type } of datasets.value) {
    // Few are looked for, and most lines come after them.
    if (unlistedPools.size === 0 && unlisted.size === 0) return datasets;
    if (type !== 'filesystem') continue;
    unlistedPools.delete(poolOf(name));
    unlisted.delete(name);
  }
  const [missing] = [...unlistedPools, ...unlisted];
  if (missing === undefined) return datasets;
  return unknown('unreadable', 'list the datasets', `zfs list leaves out ${missing}, which exists`);
}

/** Without the layers, which appear and disappear while CRI-O runs, and without snapshots. */
const mountedDatasets = (mounts: Probe<readonly Mount[]>): readonly string[] =>
  (valueOf(mounts) ?? [])
    .filter(({ fileSystem, source }) => fileSystem === 'zfs' && !LAYER_OR_SNAPSHOT.test(source))
    .map(({ source }) => source);

const LAYER_OR_SNAPSHOT = /@|\/[0-9a-f]{64}(?:-init)?$/;
