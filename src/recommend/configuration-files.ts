import type { Configuration } from '../config/configuration.js';
import type { Invocation } from '../config/service/invocation.js';
import { UNIT_DIRECTORIES } from '../config/service/unit-files.js';
import { chooseStorageConf } from '../config/storage-conf/storage-conf-choice.js';
import type { Host } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import { stringSetting, unitSetting } from '../rules/shared/setting.js';
import type { Place } from './free-place.js';
import type { LayoutFile } from './recommendation.js';

const STORAGE_CONF = '/etc/containers/storage.conf';
const UNIT_FILE = '/etc/systemd/system/crio.service.d/20-zfs-storage.conf';
const ZFS_MOUNT = 'zfs-mount.service';
const RUNROOT = '/run/containers/storage';

/** Names for a drop-in, in the order of bytes: the first that CRI-O reads after all others is taken. */
const NAMES = ['50-zfs-storage.conf', 'zz-zfs-storage.conf', '~~zfs-storage.conf'];

export interface FilesRequest {
  readonly invocation: Invocation;
  readonly configuration: Configuration;
  readonly place: Place;
}

/**
 * Ways to configure the place, the one that changes least first. A storage.conf that stands there may belong to other
 * programs too; a drop-in of CRI-O overrides it, except for its options.
 */
export async function configurations(
  host: Host,
  request: FilesRequest,
): Promise<readonly (readonly LayoutFile[])[]> {
  const storageConf = await storageConfOf(host, request);
  const dropIn = await dropInOf(host, request);
  const both = dropIn === undefined ? [] : [[storageConf, dropIn]];
  const least = storageConf.backup === undefined || dropIn === undefined ? [] : [[dropIn]];
  const unit = await unitFile(host, request.place);
  return [...least, [storageConf], ...both].map((files) => [...files, unit]);
}

async function storageConfOf(host: Host, { invocation, place }: FilesRequest): Promise<LayoutFile> {
  const choice = await chooseStorageConf(host, invocation);
  const named = invocation.environment.has('CONTAINERS_STORAGE_CONF') ? choice : undefined;
  const path = named?.kind === 'unknown' ? STORAGE_CONF : (named?.file ?? STORAGE_CONF);
  const lines = [
    '[storage]',
    stringSetting('driver', 'zfs'),
    stringSetting('graphroot', place.graphroot),
    stringSetting('runroot', RUNROOT),
  ];
  const isThere = (await host.stat(path)).state !== 'absent';
  return {
    path,
    lines,
    why: 'the driver and the roots. Podman and other programs read this file too',
    ...(isThere ? { backup: `${path}.before-zfs` } : {}),
  };
}

async function dropInOf(host: Host, { configuration, place }: FilesRequest): Promise<LayoutFile | undefined> {
  if (configuration.kind !== 'resolved') return undefined;
  const directory = configuration.dropInDirectory?.value ?? '';
  if (!directory.startsWith('/')) return undefined;
  const entries = (valueOf(await host.readDirectory(directory)) ?? []).filter(
    ({ name }) => !NAMES.includes(name),
  );
  const name = NAMES.find((candidate) =>
    entries.every((entry) => Buffer.compare(Buffer.from(entry.name), Buffer.from(candidate)) < 0),
  );
  if (name === undefined) return undefined;
  const lines = [
    '[crio]',
    stringSetting('root', place.graphroot),
    stringSetting('runroot', RUNROOT),
    stringSetting('storage_driver', 'zfs'),
  ];
  return {
    path: `${directory}/${name}`,
    lines,
    why: 'the same for CRI-O, after all other files of this directory',
  };
}

/** Without the mount, CRI-O would start on the empty directory below; see CG310. */
async function unitFile(host: Host, { mountpoint }: Place): Promise<LayoutFile> {
  const after: string[] = [];
  for (const directory of UNIT_DIRECTORIES) {
    const isThere = (await host.stat(`${directory}/${ZFS_MOUNT}`)).state === 'known';
    if (isThere && after.length === 0) after.push(`After=${ZFS_MOUNT}`);
  }
  return {
    path: UNIT_FILE,
    lines: ['[Unit]', unitSetting('RequiresMountsFor', mountpoint), ...after],
    why: 'crio.service waits for the mount of its store, and does not start without it',
    reloadsSystemd: true,
  };
}
