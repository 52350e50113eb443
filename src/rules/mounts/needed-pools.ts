import { fsnameOf } from '../../driver/options.js';
import { type Pool } from '../../facts/zfs/pools.js';
import { poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { intentionOf } from '../shared/intention.js';
import {
  notApplicable,
  unknownAnswer,
  withStore,
  type Diagnosis,
  type FindingData,
  type RuleAnswer,
  type StoreDiagnosis,
} from '../rule.js';

/** Pools without which CRI-O cannot work: that of the layers, that of graphroot, and that meant for it. */
export function withNeededPools<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (pools: readonly Pool[], store: StoreDiagnosis) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withStore(diagnosis, (store) => {
    const { facts, request } = store.input;
    const mount = valueOf(facts.graphroot.mount);
    const needed = new Set<string>();
    const usesZfs = request.driver === 'zfs' || request.driver === '';
    const fsname = fsnameOf(request.options);
    if (usesZfs && fsname !== '') needed.add(poolOf(fsname));
    if (mount?.fileSystem === 'zfs') needed.add(poolOf(mount.source));
    if (store.prediction.outcome === 'starts' && store.prediction.dataset !== undefined) {
      needed.add(poolOf(store.prediction.dataset));
    }
    const intention = intentionOf(store);
    if (usesZfs && intention?.certain === true) needed.add(poolOf(intention.intended.dataset));
    if (needed.size === 0) {
      const { mount: unread } = facts.graphroot;
      return usesZfs && unread.state === 'unknown'
        ? unknownAnswer(unread.why)
        : notApplicable('CRI-O uses no pool');
    }
    const { pools } = facts.zfs;
    if (pools.state === 'unknown') return unknownAnswer(pools.why);
    return check(
      (valueOf(pools) ?? []).filter(({ name }) => needed.has(name)),
      store,
    );
  });
}
