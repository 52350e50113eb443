import { zfsMayMatter } from '../../facts/zfs/zfs-facts.js';
import { notApplicable, type Diagnosis, type FindingData, type RuleAnswer } from '../rule.js';

/**
 * Whether ZFS has anything to do with where CRI-O stores. Elsewhere a questionable setting is not ours to speak
 * of. While the configuration is refused, this is unknown.
 */
export function concernsZfs({ input, prediction }: Diagnosis): boolean {
  if (input === undefined) return true;
  const { request, facts } = input;
  const { driver } = prediction.outcome === 'starts' ? prediction : request;
  return zfsMayMatter({ driver }, facts.graphroot);
}

export function whereZfsMatters<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: () => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return concernsZfs(diagnosis) ? check() : notApplicable('neither the driver nor the file system is ZFS');
}
