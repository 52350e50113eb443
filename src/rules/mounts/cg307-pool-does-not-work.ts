import { type PoolState } from '../../facts/zfs/pools.js';
import { poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { defineRule, finding, passed, unknownAnswer, type StoreDiagnosis } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { landingOf } from '../shared/intention.js';
import { withNeededPools } from './needed-pools.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly pool: string;
  readonly state: string;
  /** Where layers go instead; empty when CRI-O cannot do without the pool. */
  readonly instead: string;
};

/** In these nothing can be read or written, or every call waits until an administrator acts. */
const DEAD: ReadonlySet<PoolState> = new Set<PoolState>([
  'FAULTED',
  'UNAVAIL',
  'SUSPENDED',
  'OFFLINE',
  'REMOVED',
]);

export const poolDoesNotWork = defineRule<Data>({
  code: 'CG307',
  slug: 'pool-does-not-work',
  severity: 'error',
  certainty: 'exact',
  title: 'The pool that CRI-O needs does not work',
  explanation: [
    'The pool is imported, but it has lost too many disks, or had too many errors, to read or write anything. ' +
      'In the state SUSPENDED every program that uses the pool, also zfs and zpool, waits in the kernel until ' +
      'an administrator acts, and cannot be killed. CRI-O would hang at its start without end, since ' +
      'crio.service has no time limit for it.',
    'crio-guard reads the state from /proc/spl/kstat/zfs, which takes no lock, and does not touch the pool. ' +
      'So it cannot predict what CRI-O would do.',
  ],
  remedy: [
    'Find the missing disk (dmesg, zpool status), connect it again, and clear the errors.',
    'If the disks of a suspended pool cannot come back, only a reboot helps.',
  ],
  references: [
    'https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-HC/index.html',
    'https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-JQ/index.html',
    'zpool-clear(8)',
    'zpool-status(8)',
  ],
  messageId: '28b14ea6c06d18416ca3bfe3f4a8cda4',
  since: '0.1.0',
  subject: ({ pool }) => ({ pool }),
  check: (diagnosis) =>
    withNeededPools(diagnosis, (pools, store) => {
      for (const { name, state } of pools) {
        const word = valueOf(state);
        if (word !== undefined && DEAD.has(word)) {
          return finding({ pool: name, state: word, instead: landingBeside(name, store) });
        }
      }
      const unread = pools.flatMap(({ state }) => (state.state === 'unknown' ? [state.why] : []));
      return unread.length === 0 ? passed : unknownAnswer(...unread);
    }),
  message: ({ pool, state, instead }) =>
    `The pool ${pool} is ${state}: nothing on it can be used, and CRI-O would ` +
    (instead === '' ? 'fail or hang.' : `put its layers into ${instead}.`),
  advice: ({ pool, state }) => [
    sentence('See what the kernel reports about its disks:'),
    command('dmesg --level=err,warn | tail -n 50'),
    ...(state === 'SUSPENDED' ? [sentence('This may hang; use a separate terminal:')] : []),
    command(`zpool status -v ${shellWord(pool)}`),
    sentence('When the disks are back:'),
    command(`zpool clear ${shellWord(pool)}`),
  ],
  examples: {
    fail: [
      { pools: { tank: 'SUSPENDED' } },
      { pools: { tank: 'FAULTED' }, fsname: 'tank/crio', graphroot: '/srv/c' },
      {
        pools: { tank: 'ONLINE', fast: 'SUSPENDED' },
        files: { '/etc/fstab': 'fast/crio /var/lib/crio/containers zfs defaults 0 0\n' },
      },
    ],
    pass: [
      {},
      { pools: { tank: 'DEGRADED' } },
      { pools: { tank: 'ONLINE', backup: 'SUSPENDED' } },
      { pools: { tank: 'SUSPENDED' }, driver: 'overlay', graphroot: '/srv/c' },
      {
        pools: { tank: 'ONLINE', backup: 'SUSPENDED' },
        files: { '/etc/fstab': 'backup/crio /var/lib/crio/containers zfs nofail 0 0\n' },
      },
    ],
  },
});

/** Where layers go when the pool is only the one that graphroot was meant to be on. */
function landingBeside(pool: string, store: StoreDiagnosis): string {
  const { prediction, input } = store;
  const mount = valueOf(input.facts.graphroot.mount);
  const isUsed = mount?.fileSystem === 'zfs' && poolOf(mount.source) === pool;
  if (prediction.outcome !== 'starts' || isUsed) return '';
  return poolOf(prediction.dataset ?? '') === pool ? '' : landingOf(store);
}
