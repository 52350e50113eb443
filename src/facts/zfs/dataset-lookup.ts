import type { Host } from '../../host/host.js';
import { mapProbe, valueOf, type Probe } from '../../host/probe.js';
import type { ZfsFacts } from '../facts.js';
import type { PathFacts } from '../path-facts.js';
import type { Mount } from '../../host/mountinfo.js';
import { MountTree } from '../../host/mount-tree.js';

/**
 * The mountpoints that lookupZfsDataset (drivers/zfs/zfs.go) may find for graphroot. It stats every
 * mountpoint of the table; only those can match that lie on a mount of the wanted device, and those that are
 * hidden by another mount, where a symlink may lead anywhere.
 */
export async function statCandidates(
  host: Host,
  graphroot: PathFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<ZfsFacts['lookup']> {
  const { status } = graphroot.nearest;
  if (mounts.state !== 'known' || status.state !== 'known') return [];
  const wanted = status.value.device;
  const tree = MountTree.of(mounts.value);
  const found: { mount: Mount; device: Probe<string> }[] = [];
  for (const mount of mounts.value) {
    if (mount.fileSystem !== 'zfs') continue;
    if (mount.device !== wanted && tree.visible(mount.mountpoint)?.id === mount.id) continue;
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
