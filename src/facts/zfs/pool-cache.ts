import type { Host } from '../../host/host.js';
import { mapProbe, type Probe } from '../../host/probe.js';

const CACHE = '/etc/zfs/zpool.cache';

/** Pools that zfs-import-cache.service imports at boot. */
export async function readCachedPools(host: Host): Promise<Probe<readonly string[]>> {
  return mapProbe(await host.readFile(CACHE, 16 * 1024 * 1024), parseCachedPools);
}

/** An nvpair "name" of type string (9) with one element, as XDR writes it; vdevs have no such pair. */
const NAME_PAIR = Buffer.from([0, 0, 0, 4, 0x6e, 0x61, 0x6d, 0x65, 0, 0, 0, 9, 0, 0, 0, 1]);

/** Takes the names out of the packed nvlist without unpacking the rest of it. */
export function parseCachedPools(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = new Set<string>();
  for (let at = buffer.indexOf(NAME_PAIR); at !== -1; at = buffer.indexOf(NAME_PAIR, at + 1)) {
    const start = at + NAME_PAIR.length + 4;
    if (start > buffer.length) break;
    const name = buffer.toString('latin1', start, start + buffer.readUInt32BE(start - 4));
    if (/^[A-Za-z][\w.: -]{0,254}$/.test(name)) names.add(name);
  }
  return [...names];
}
