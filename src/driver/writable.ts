import { goJoin } from '../host/paths.js';
import type { PathFacts } from '../facts/path-facts.js';
import type { Mount } from '../host/mountinfo.js';
import { MountTree } from '../host/mount-tree.js';
import { isWithin } from '../host/pool-state.js';
import { valueOf } from '../host/probe.js';
import type { PredictionInput } from './prediction-input.js';

/**
 * Why nothing new can be made in a directory, in the words of the kernel: a read-only mount, a dataset
 * without space, a file system of the kernel's own.
 *
 * @param below of the root, empty for the root itself or what exists of the way to it
 */
export function whyNothingNew(input: PredictionInput, root: PathFacts, below: string): string | undefined {
  const mount = mountOf(input, root, below);
  if (mount === undefined) return undefined;
  // proc finds nothing at a new name before it is asked to make it.
  if (mount.fileSystem === 'proc') return 'no such file or directory';
  if (mount.options.includes('ro') || mount.superOptions.includes('ro')) return 'read-only file system';
  if (mount.fileSystem === 'sysfs') return 'operation not permitted';
  if (mount.fileSystem !== 'zfs') return undefined;
  const datasets = valueOf(input.facts.zfs.datasets) ?? [];
  const dataset = datasets.find((candidate) => candidate.name === mount.source);
  if (dataset === undefined || dataset.properties.available > 0) return undefined;
  const limited = datasets.some(
    (candidate) =>
      isWithin(dataset.name, candidate.name) &&
      (candidate.properties.quota > 0 || (candidate.properties.refquota > 0 && candidate === dataset)),
  );
  return limited ? 'disk quota exceeded' : 'no space left on device';
}

/** Something may be mounted on a directory of the store itself. */
function mountOf({ facts }: PredictionInput, root: PathFacts, below: string): Mount | undefined {
  const mounts = valueOf(facts.mounts);
  const own = valueOf(root.mount);
  if (below === '' || mounts === undefined) return own;
  const tree = MountTree.of(mounts);
  const here = tree.visible(root.physical);
  const there = tree.visible(goJoin(root.physical, below));
  return here?.id === there?.id ? own : there;
}
