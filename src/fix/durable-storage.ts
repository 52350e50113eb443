import { listDatasets, mountsAt } from '../facts/zfs/datasets.js';
import { poolAnswers, readPools } from '../facts/zfs/pools.js';
import { contains } from '../host/containment.js';
import type { Host } from '../host/host.js';
import { findTool } from '../host/look-path.js';
import { MountTree } from '../host/mount-tree.js';
import { readMounts } from '../host/mount-table.js';
import type { Mount } from '../host/mountinfo.js';
import { describeFailure, valueOf, type ProbeFailure } from '../host/probe.js';
import { decodeText } from '../text/utf8.js';

const FSTAB = '/etc/fstab';

/**
 * Whether a file below this directory can be read by a system call of our own: its storage answered the host,
 * which asks storage that may hang by a child.
 */
export async function whyNotReadable(
  host: Host,
  directory: string,
  file: string,
): Promise<ProbeFailure | undefined> {
  for (const path of [directory, file]) {
    const status = await host.lstat(path);
    if (status.state === 'unknown') return whyNoWord(status.why);
    if (status.state === 'absent') return undefined;
    if (path === file && status.value.kind !== 'file') return undefined;
  }
  const content = await host.readFile(file);
  return content.state === 'unknown' ? whyNoWord(content.why) : undefined;
}

/** Storage that refuses to tell this user, or that holds too much, has answered; its reader says so. */
const whyNoWord = (why: ProbeFailure): ProbeFailure | undefined =>
  why.kind === 'permission' || why.kind === 'too-large' ? undefined : why;

/**
 * Whether what is written below a directory is there after a reboot: its storage answers, and no dataset and no
 * entry of fstab that should be mounted over it is missing now.
 */
export async function whyNotDurable(host: Host, directory: string): Promise<string | undefined> {
  const table = await readMounts(host);
  if (table.state !== 'known') return 'the table of mounts could not be read';
  const mounts = table.value;
  // A pool that is suspended is not even asked to sync: that would take the rest of the deadline.
  const there = await host.lstat(directory);
  if (there.state === 'unknown') return describeFailure(there.why);
  const mount = MountTree.of(mounts).visible(directory);
  if (mount === undefined) return `the mount that carries ${directory} is not known`;
  return (
    (await whyHidden(host, directory, mounts, mount)) ??
    (mount.mountpoint === '/' ? undefined : await whyNotSynced(host, mount.mountpoint))
  );
}

async function whyHidden(
  host: Host,
  directory: string,
  mounts: readonly Mount[],
  carrier: Mount,
): Promise<string | undefined> {
  const isMissing = (mountpoint: string): boolean =>
    contains(mountpoint, directory) &&
    mountpoint !== carrier.mountpoint &&
    contains(carrier.mountpoint, mountpoint) &&
    !mounts.some((mount) => mount.mountpoint === mountpoint);
  const fstab = valueOf(await host.readFile(FSTAB));
  const expected = fstab === undefined ? [] : fstabMountpoints(decodeText(fstab));
  const missing = [...expected, ...(await datasetMountpoints(host))].find(isMissing);
  return missing === undefined ? undefined : `${missing} should be mounted and is not`;
}

/** Where fstab mounts something at boot. */
const fstabMountpoints = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [source = '', mountpoint = '', , options = ''] = line.trim().split(/[ \t]+/);
    const isAtBoot = !options.split(',').some((option) => option === 'noauto' || option === 'nofail');
    return source.startsWith('#') || !mountpoint.startsWith('/') || !isAtBoot ? [] : [mountpoint];
  });

/** Where the datasets of pools that answer are mounted at boot. */
async function datasetMountpoints(host: Host): Promise<readonly string[]> {
  const imported = valueOf(await readPools(host)) ?? [];
  const pools = imported.filter(poolAnswers).map(({ name }) => name);
  const zfs = await findTool(host, 'zfs');
  if (pools.length === 0 || zfs.state !== 'known') return [];
  // Asked in the same words as by the check, which has the answer already.
  const below = pools.length === imported.length ? [] : pools;
  const datasets = valueOf(await listDatasets(host, zfs.value, below)) ?? [];
  return datasets
    .filter((dataset) => mountsAt(dataset) !== undefined && dataset.mountpoint !== '/')
    .filter(({ properties: { canmount, readonly } }) => canmount === 'on' && readonly !== 'on')
    .map(({ mountpoint }) => mountpoint);
}

/** A write to a disk that has stopped answering would keep us for ever; a child can be left behind. */
export async function whyNotSynced(host: Host, path: string): Promise<string | undefined> {
  const sync = await findTool(host, 'sync');
  if (sync.state !== 'known') return 'the program sync was not found';
  const answer = await host.run(sync.value, ['-f', path]);
  if (answer.state === 'unknown') return describeFailure(answer.why);
  const isDone = answer.state === 'known' && answer.value.exitCode === 0;
  return isDone ? undefined : `the storage of ${path} could not be synced`;
}
