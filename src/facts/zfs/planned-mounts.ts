import type { Host } from '../../host/host.js';
import { valueOf, type Probe } from '../../host/probe.js';
import { type Pool } from './pools.js';
import { poolOf } from '../../host/pool-state.js';
import { decodeText } from '../../text/utf8.js';

/** A mount that a file on this host requests at boot, whether or not it exists now. */
export interface RequestedMount {
  readonly dataset: string;
  readonly mountpoint: string;
  readonly file: string;
  readonly source: 'fstab' | 'zfs-list.cache';
  /** False for noauto and nofail: the host can be intended to run without it. */
  readonly mountedAtBoot: boolean;
}

const FSTAB = '/etc/fstab';
const LIST_CACHE = '/etc/zfs/zfs-list.cache';

/**
 * Only /etc/fstab mounts datasets with mountpoint=legacy. For a pool that is not imported, only the cache of
 * zfs-mount-generator(8) knows the mountpoints.
 */
export async function readPlannedMounts(
  host: Host,
  pools: Probe<readonly Pool[]>,
): Promise<readonly RequestedMount[]> {
  const fstab = await host.readFile(FSTAB, 1024 * 1024);
  const imported = new Set((valueOf(pools) ?? []).map(({ name }) => name));
  const caches = valueOf(await host.readDirectory(LIST_CACHE)) ?? [];
  const planned = fstab.state === 'known' ? parseFstab(fstab.value) : [];
  for (const { name, kind } of caches) {
    if (kind !== 'file' || imported.has(name)) continue;
    const content = await host.readFile(`${LIST_CACHE}/${name}`, 16 * 1024 * 1024);
    if (content.state !== 'known') continue;
    for (const mount of parseListCache(content.value, `${LIST_CACHE}/${name}`)) planned.push(mount);
  }
  return planned;
}

/** Every directory that /etc/fstab mounts something on, of any file system. */
export async function readFstabMountpoints(host: Host): Promise<readonly string[]> {
  const fstab = await host.readFile(FSTAB, 1024 * 1024);
  if (fstab.state !== 'known') return [];
  return fstabEntries(fstab.value).map(([, mountpoint = '']) => mountpoint);
}

export function parseFstab(bytes: Uint8Array): RequestedMount[] {
  return fstabEntries(bytes).flatMap(([dataset = '', mountpoint = '', type, options = '']) => {
    if (type !== 'zfs') return [];
    const weak = options.split(',').some((option) => option === 'noauto' || option === 'nofail');
    return [{ dataset, mountpoint, file: FSTAB, source: 'fstab' as const, mountedAtBoot: !weak }];
  });
}

/** The words of each line that mounts something on a directory. */
const fstabEntries = (bytes: Uint8Array): string[][] =>
  lines(bytes)
    .map((line) =>
      line
        .trim()
        .split(/[ \t]+/)
        .map(unescape),
    )
    .filter(([device = '', mountpoint = '']) => !device.startsWith('#') && mountpoint.startsWith('/'));

/**
 * org.openzfs.systemd:ignore among the columns behind canmount (zfs-mount-generator.c): such a dataset gets no mount
 * unit.
 */
const IGNORE = 16;

/** Lines of `zfs list -H -o name,mountpoint,canmount,…`, as history_event-zfs-list-cacher.sh keeps them. */
export function parseListCache(bytes: Uint8Array, file: string): RequestedMount[] {
  return lines(bytes).flatMap((line) => {
    const [dataset = '', mountpoint = '', canmount, ...more] = line.split('\t');
    if (more[IGNORE] === 'on') return [];
    if (canmount !== 'on' || !mountpoint.startsWith('/') || poolOf(dataset) === '') return [];
    // An exported pool leaves its cache behind, so this entry alone proves nothing.
    return [{ dataset, mountpoint, file, source: 'zfs-list.cache' as const, mountedAtBoot: false }];
  });
}

const lines = (bytes: Uint8Array): string[] => decodeText(bytes).split('\n');

/** fstab(5) escapes a space as \040. */
const unescape = (word: string): string =>
  word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
