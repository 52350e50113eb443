import { valueOf } from '../../host/probe.js';
import type { Facts } from '../../facts/facts.js';

const NAMES = ['crio', 'containers', 'crio-store', 'crio-layers'];

/** A name for a new dataset that none has yet. */
export function freeDatasetName(facts: Facts, pool: string): string {
  const taken = new Set((valueOf(facts.zfs.datasets) ?? []).map(({ name }) => name));
  const free = NAMES.map((name) => `${pool}/${name}`).find((name) => !taken.has(name));
  return free ?? `${pool}/crio-${taken.size}`;
}
