import { contains } from '../../host/containment.js';
import type { Mount } from '../../host/mountinfo.js';
import { ZFS_SUPER_MAGIC } from '../../host/host.js';
import { valueOf } from '../../host/probe.js';
import type { FailureCause } from '../../driver/cause.js';
import type { StoreDiagnosis } from '../rule.js';

/** Why the driver does not find ZFS under graphroot. */
export type RootCause =
  /** graphroot lies on ZFS, its parent does not. */
  | { readonly kind: 'parent' }
  /** Another file system lies over ZFS, or below a directory of it. */
  | { readonly kind: 'covered'; readonly cover?: Mount; readonly below?: Mount }
  | { readonly kind: 'elsewhere' };

export function rootCause({ kind }: FailureCause, { input }: StoreDiagnosis): RootCause {
  const { graphroot, mounts } = input.facts;
  const cover = valueOf(graphroot.mount);
  const path = graphroot.physical;
  const below = (valueOf(mounts) ?? [])
    .filter(({ fileSystem, mountpoint }) => fileSystem === 'zfs' && contains(mountpoint, path))
    .reduce<Mount | undefined>(deeper, undefined);
  if (kind === 'graphroot-not-in-mounts') {
    return {
      kind: 'covered',
      ...(cover === undefined ? {} : { cover }),
      ...(below === undefined ? {} : { below }),
    };
  }
  if (valueOf(graphroot.fileSystem)?.type === ZFS_SUPER_MAGIC) return { kind: 'parent' };
  const isCovered = cover !== undefined && below !== undefined && below.mountpoint !== '/';
  return isCovered ? { kind: 'covered', cover, below } : { kind: 'elsewhere' };
}

const deeper = (best: Mount | undefined, next: Mount): Mount =>
  best !== undefined && best.mountpoint.length > next.mountpoint.length ? best : next;
