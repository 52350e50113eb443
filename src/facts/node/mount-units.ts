import { INSTALLED_UNITS } from '../../config/service/unit-files.js';
import { contains } from '../../host/containment.js';
import type { Host } from '../../host/host.js';
import type { Mount } from '../../host/mountinfo.js';
import { valueOf, type Probe } from '../../host/probe.js';
import { mountUnit } from '../../text/systemd-quoting.js';
import type { PathFacts } from '../path-facts.js';

/**
 * The mountpoints over a dataset on the way to graphroot that a unit file mounts. systemd has a unit for each mount, also
 * for one that a person made, so that only the file shows whose it is.
 */
export async function readMountUnits(
  host: Host,
  { physical }: PathFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<readonly string[]> {
  const onTheWay = (valueOf(mounts) ?? []).filter(({ mountpoint }) => contains(mountpoint, physical));
  const covers = onTheWay.filter(({ mountpoint, id, fileSystem }) =>
    onTheWay.some(
      (below) =>
        below.fileSystem === 'zfs' &&
        below.mountpoint !== '/' &&
        below.id < id &&
        (contains(mountpoint, below.mountpoint) ||
          (fileSystem !== 'zfs' && contains(below.mountpoint, mountpoint))),
    ),
  );
  const found: string[] = [];
  for (const { mountpoint } of covers) {
    for (const directory of INSTALLED_UNITS) {
      if ((await host.stat(`${directory}/${mountUnit(mountpoint)}`)).state !== 'known') continue;
      found.push(mountpoint);
      break;
    }
  }
  return found;
}
