import * as fs from 'node:fs';
import type { BuiltProgram } from '../cli/built-program.js';
import type { Attempted, Fault, HostileClass } from './fault.js';
import { healthyNode } from './healthy-node.js';
import { lackOfSilence } from './silent-paths.js';
import { faultOfRun, faultOfStart } from './start-of.js';

const POOL = 'tank';
const LEDGER = '/var/lib/crio-guard/ledger.json';

interface Place {
  /** Where the dataset is mounted. Its mountpoint answers as that of ZFS does: the kernel keeps it in memory. */
  readonly at: string;
  /** What is on it: every question about these waits for ever. */
  readonly silent: readonly string[];
  /** Whether CRI-O needs it, so that a pool that does not work is a proof that it fails. */
  readonly isCrios: boolean;
}

const PLACES: readonly Place[] = [
  { at: '/var/lib', silent: ['/var/lib/crio', '/var/lib/crio-guard'], isCrios: true },
  { at: '/var/lib/crio', silent: ['/var/lib/crio/c'], isCrios: true },
  { at: '/var/lib/crio-guard', silent: [LEDGER], isCrios: false },
  // What CRI-O would read there is unknown, so that nothing is proved.
  { at: '/etc/containers', silent: ['/etc/containers/storage.conf'], isCrios: false },
];

/** `ONLINE` where a disk has stopped answering without an error. */
const STATES = ['SUSPENDED', 'UNAVAIL', 'ONLINE'] as const;

export interface SilentPool extends Place {
  readonly state: (typeof STATES)[number];
}

export const SILENT_POOLS: readonly SilentPool[] = STATES.flatMap((state) =>
  PLACES.map((place) => ({ ...place, state })),
);

export function nodeWithPool(): BuiltProgram {
  const node = healthyNode(2);
  node.withZfs(POOL, []);
  node.write(LEDGER, '{"version":1,"entries":[]}', 0o600);
  fs.chmodSync(`${node.root}/var/lib/crio-guard`, 0o700);
  return node;
}

const NAMED: Readonly<Record<SilentPool['state'], string>> = {
  ONLINE: `of the pool ${POOL} did not answer`,
  SUSPENDED: `the pool ${POOL}, which is SUSPENDED`,
  UNAVAIL: `the pool ${POOL}, which is UNAVAIL`,
};

/** A start, and a check by hand. @returns undefined when all is well */
export function faultOfPool(
  node: BuiltProgram,
  { state, at, silent, isCrios }: SilentPool,
): Fault | undefined {
  node.write(`/proc/spl/kstat/zfs/${POOL}/state`, `${state}\n`);
  node.remove('/run/crio-guard');
  const how = { silent, dataset: { name: `${POOL}/x`, at } };
  const mayStop = isCrios && state !== 'ONLINE';
  const { fault } = mayStop
    ? faultOfRun(node, ['--prestart'], {}, how)
    : { fault: faultOfStart(node, {}, how) };
  if (fault !== undefined) return fault;
  const { fault: its, stdout } = faultOfRun(node, ['--check', '--json'], {}, how);
  return its ?? (stdout.includes(NAMED[state]) ? undefined : 'other broken promise');
}

export const silentPoolsClass: HostileClass = {
  name: 'pool that never answers',
  lack: lackOfSilence(),
  *attempts(): Iterable<Attempted> {
    const node = nodeWithPool();
    for (const pool of SILENT_POOLS)
      yield { what: `${pool.at} on a pool that is ${pool.state}`, fault: faultOfPool(node, pool) };
    node.close();
  },
};
