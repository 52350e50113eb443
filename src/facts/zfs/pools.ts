import type { Host } from '../../host/host.js';
import { KSTAT, poolStateFile } from '../../host/pool-state.js';
import { known, type Probe } from '../../host/probe.js';
import { decodeText } from '../../text/utf8.js';

/** States of spa_state_to_name() in OpenZFS. */
export type PoolState =
  | 'ONLINE'
  | 'DEGRADED'
  | 'FAULTED'
  | 'OFFLINE'
  | 'REMOVED'
  | 'UNAVAIL'
  | 'SUSPENDED'
  | 'SPLIT'
  | 'TRANSITIONING'
  | 'UNKNOWN';

export interface Pool {
  readonly name: string;
  readonly state: Probe<PoolState>;
}

const STATES: ReadonlySet<string> = new Set<PoolState>([
  'ONLINE',
  'DEGRADED',
  'FAULTED',
  'OFFLINE',
  'REMOVED',
  'UNAVAIL',
  'SUSPENDED',
  'SPLIT',
  'TRANSITIONING',
  'UNKNOWN',
]);

/**
 * The imported pools and their states, read without taking a lock of ZFS: `zpool` and `zfs` can hang
 * forever on a pool that does not respond, these files do not. Absent when the module is not loaded.
 */
export async function readPools(host: Host): Promise<Probe<readonly Pool[]>> {
  const entries = await host.readDirectory(KSTAT);
  if (entries.state !== 'known') return entries;
  const names = entries.value.filter((entry) => entry.kind === 'directory').map((entry) => entry.name);
  return known(
    await Promise.all(
      names.map(async (name) => ({ name, state: await readState(host, poolStateFile(name)) })),
    ),
  );
}

async function readState(host: Host, path: string): Promise<Probe<PoolState>> {
  const bytes = await host.readFile(path);
  if (bytes.state !== 'known') return bytes;
  const word = decodeText(bytes.value).trim();
  return known(isState(word) ? word : 'UNKNOWN');
}

const isState = (word: string): word is PoolState => STATES.has(word);

/** Whether a pool responds to commands: in any other state they can hang. */
export function poolAnswers(pool: Pool): boolean {
  return pool.state.state === 'known' && (pool.state.value === 'ONLINE' || pool.state.value === 'DEGRADED');
}
