import type { Host } from '../../host/host.js';
import { absent, known, mapProbe, type Probe } from '../../host/probe.js';
import type { ZfsFacts } from '../facts.js';
import { readFstabMountpoints, readPlannedMounts } from './planned-mounts.js';
import { decodeText } from '../../text/utf8.js';

/** What this host mounts, imports and loads at boot: explains what is missing now. */
export async function collectPlans(
  host: Host,
  device: ZfsFacts['device'],
  pools: ZfsFacts['pools'],
): Promise<Pick<ZfsFacts, 'planned' | 'fstab' | 'cachedPools' | 'installedModule'>> {
  return {
    planned: await readPlannedMounts(host, pools),
    fstab: await readFstabMountpoints(host),
    cachedPools: await readCachedPools(host),
    ...(device.state === 'absent' ? { installedModule: await installedModule(host) } : {}),
  };
}

const CACHE = '/etc/zfs/zpool.cache';

/** Pools that zfs-import-cache.service imports at boot. */
export async function readCachedPools(host: Host): Promise<Probe<readonly string[]>> {
  return mapProbe(await host.readFile(CACHE, 16 * 1024 * 1024), parseCachedPools);
}

/** An nvpair "name" of type string (9) with one element, encoded as XDR; vdevs have no such pair. */
const NAME_PAIR = Buffer.from([0, 0, 0, 4, 0x6e, 0x61, 0x6d, 0x65, 0, 0, 0, 9, 0, 0, 0, 1]);

/** ZFS_MAX_DATASET_NAME_LEN without the NUL byte. */
const LONGEST_NAME = 255;

/** Finds the names in the packed nvlist without unpacking it. */
export function parseCachedPools(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = new Set<string>();
  for (let at = buffer.indexOf(NAME_PAIR); at !== -1; at = buffer.indexOf(NAME_PAIR, at + 1)) {
    const start = at + NAME_PAIR.length + 4;
    if (start > buffer.length) break;
    const length = buffer.readUInt32BE(start - 4);
    if (length > LONGEST_NAME) continue;
    const name = buffer.toString('latin1', start, start + length);
    if (/^[A-Za-z][\w.: -]{0,254}$/.test(name)) names.add(name);
  }
  return [...names];
}

/** Directories of kernel modules; the last is NixOS's. */
const ROOTS = ['/lib/modules', '/usr/lib/modules', '/run/booted-system/kernel-modules/lib/modules'];

/**
 * The zfs module that modprobe would load into the running kernel; absent when modules.dep does not name
 * one. Asked only where /dev/zfs is missing.
 */
export async function installedModule(host: Host): Promise<Probe<string>> {
  const release = await host.readFile('/proc/sys/kernel/osrelease');
  if (release.state !== 'known') return release;
  const version = decodeText(release.value).trim();
  let answer: Probe<string> = absent();
  for (const root of ROOTS) {
    const list = await host.readFile(`${root}/${version}/modules.dep`, 64 * 1024 * 1024);
    if (list.state === 'known') {
      const module = /^(\S*\/zfs\.ko(?:\.\w+)?):/m.exec(decodeText(list.value))?.[1];
      if (module !== undefined) return known(`${root}/${version}/${module}`);
    } else if (list.state === 'unknown') {
      answer = list;
    }
  }
  return answer;
}
