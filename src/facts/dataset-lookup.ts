import type { Host } from '../host/host.js';
import { mapProbe, valueOf, type Probe } from '../host/probe.js';
import { contains } from './containment.js';
import type { PathFacts, ZfsFacts } from './facts.js';
import type { Mount } from './mountinfo.js';

/**
 * The mountpoints that lookupZfsDataset (drivers/zfs/zfs.go) may find for graphroot. It stats every
 * mountpoint of the table; only those can match that show the wanted device, by themselves or because a
 * file system with that device was mounted over them or over a directory above.
 */
export async function statCandidates(
  host: Host,
  graphroot: PathFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<ZfsFacts['lookup']> {
  const { status } = graphroot.nearest;
  if (mounts.state !== 'known' || status.state !== 'known') return [];
  const wanted = status.value.device;
  const covering = mounts.value.filter((mount) => mount.device === wanted);
  const found: { mount: Mount; device: Probe<string> }[] = [];
  for (const mount of mounts.value) {
    if (mount.fileSystem !== 'zfs') continue;
    if (!covering.some((cover) => contains(cover.mountpoint, mount.mountpoint))) continue;
    const device = await deviceAt(host, graphroot, mount.mountpoint);
    found.push({ mount, device });
    if (valueOf(device) === wanted) break;
  }
  return found;
}

/** The device stat(2) will see there: a directory that `mkdir -p` is still to make lies on graphroot's own. */
async function deviceAt(host: Host, graphroot: PathFacts, mountpoint: string): Promise<Probe<string>> {
  const { status } = graphroot.nearest;
  if (graphroot.missing.includes(mountpoint)) return mapProbe(status, (answer) => answer.device);
  return mapProbe(await host.stat(mountpoint), (answer) => answer.device);
}
