import { mountsAt, type Dataset } from '../facts/zfs/datasets.js';
import type { Host } from '../host/host.js';
import { readMounts } from '../host/mount-table.js';
import { parentOf } from '../host/paths.js';
import { valueOf } from '../host/probe.js';

/** Where the dataset is mounted, and graphroot one directory below: see CG201. */
export interface Place {
  readonly mountpoint: string;
  readonly graphroot: string;
}

/** The first is the default of containers/storage, with its SELinux labels. Nothing in use is mounted over. */
const PLACES: readonly Place[] = [
  { mountpoint: '/var/lib/containers', graphroot: '/var/lib/containers/storage' },
  { mountpoint: '/var/lib/crio-storage', graphroot: '/var/lib/crio-storage/containers' },
  { mountpoint: '/srv/crio-storage', graphroot: '/srv/crio-storage/containers' },
];

/** The first place that is empty, not a mountpoint, and not meant for another dataset. */
export async function findPlace(host: Host, datasets: readonly Dataset[]): Promise<Place | undefined> {
  const mounts = valueOf(await readMounts(host));
  if (mounts === undefined) return undefined;
  const taken = new Set([
    ...mounts.map(({ mountpoint }) => mountpoint),
    ...datasets.flatMap((dataset) => mountsAt(dataset) ?? []),
  ]);
  for (const place of PLACES) {
    if (taken.has(place.mountpoint) || !(await hasPlainParents(host, place.mountpoint))) continue;
    const status = await host.lstat(place.mountpoint);
    if (status.state === 'absent') return place;
    if (valueOf(status)?.kind !== 'directory') continue;
    if (valueOf(await host.readDirectory(place.mountpoint))?.length === 0) return place;
  }
  return undefined;
}

/** The kernel names a mount by its real path. */
async function hasPlainParents(host: Host, path: string): Promise<boolean> {
  for (let here = parentOf(path); here !== '/'; here = parentOf(here)) {
    const status = await host.lstat(here);
    if (status.state !== 'absent' && valueOf(status)?.kind !== 'directory') return false;
  }
  return true;
}
