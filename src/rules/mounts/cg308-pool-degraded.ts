import { valueOf } from '../../host/probe.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { withNeededPools } from './needed-pools.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly pool: string;
};

export const poolDegraded = defineRule<Data>({
  code: 'CG308',
  slug: 'pool-degraded',
  severity: 'warning',
  certainty: 'exact',
  title: 'The pool that CRI-O uses is DEGRADED',
  explanation: [
    'A disk of the pool is missing or has failed, and the other disks replace it. CRI-O works as before. If ' +
      'another disk fails, the pool and all containers on this node may be lost.',
  ],
  remedy: ['Replace the disk, and wait until the pool has resilvered.'],
  references: [
    'https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-2Q/index.html',
    'zpool-replace(8)',
    'zpool-status(8)',
  ],
  messageId: '820b0ed8ecc9fa1a02fac8b01307773e',
  since: '0.1.0',
  check: (diagnosis) =>
    withNeededPools(diagnosis, (pools) => {
      const degraded = pools.find(({ state }) => valueOf(state) === 'DEGRADED');
      if (degraded !== undefined) return finding({ pool: degraded.name });
      const unread = pools.flatMap(({ state }) => (state.state === 'unknown' ? [state.why] : []));
      return unread.length === 0 ? passed : unknownAnswer(...unread);
    }),
  message: ({ pool }) => `The pool ${pool} is DEGRADED: it works, but with less redundancy.`,
  advice: ({ pool }) => [
    command(`zpool status -v ${shellWord(pool)}`),
    sentence(`Replace the disk that failed: zpool replace ${shellWord(pool)} OLD-DISK NEW-DISK.`),
  ],
  examples: {
    fail: [{ pools: { tank: 'DEGRADED' } }],
    pass: [{}, { pools: { tank: 'ONLINE', backup: 'DEGRADED' } }],
  },
});
