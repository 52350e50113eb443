import { valueOf } from '../../host/probe.js';
import type { Facts } from '../../facts/facts.js';

const NAMES = ['crio', 'containers', 'crio-store', 'crio-layers'];

/** A name for a new dataset that none has yet. */
export function freeDatasetName(facts: Facts, pool: string): string {
  return freeName(new Set((valueOf(facts.zfs.datasets) ?? []).map(({ name }) => name)), pool);
}

/** @param parent a pool, or a dataset */
export function freeName(taken: ReadonlySet<string>, parent: string): string {
  const free = NAMES.map((name) => `${parent}/${name}`).find((name) => !taken.has(name));
  return free ?? `${parent}/crio-${taken.size}`;
}
