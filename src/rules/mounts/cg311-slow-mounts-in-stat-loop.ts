import { fsnameOf } from '../../driver/options.js';
import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { fsnameAdvice, optionsPinnedBy } from '../shared/setting.js';
import { sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly mounts: readonly string[];
  readonly optionsPinned: string;
};

const NETWORK = /^(?:nfs\d?|cifs|smb3?|smbfs|ceph|9p|afs|glusterfs|lustre|gpfs|ocfs2|fuse\..+|fuse|fuseblk)$/;

/** FUSE file systems of the machine itself, which wait for no other machine. */
const LOCAL_FUSE: ReadonlySet<string> = new Set([
  'fuse.lxcfs',
  'fuse.portal',
  'fuse.gvfsd-fuse',
  'fuse.snapfuse',
]);

const SHOWN = 5;

export const slowMountsInStatLoop = defineRule<Data>({
  code: 'CG311',
  slug: 'slow-mounts-in-stat-loop',
  severity: 'info',
  certainty: 'exact',
  title: 'CRI-O looks at network or FUSE mounts while it searches its dataset',
  explanation: [
    'Without zfs.fsname the zfs driver finds its dataset by calling stat(2) on each mountpoint, in the order of the mount ' +
      'table, until one has the device number of graphroot (lookupZfsDataset in drivers/zfs/zfs.go). A network ' +
      'file system whose server is away makes that call wait, and the start of CRI-O with it.',
    'Nothing is wrong while those servers answer.',
  ],
  remedy: ['Name the dataset with zfs.fsname: the driver then looks at no other mount.'],
  references: ['containers-storage.conf(5)', 'nfs(5)'],
  messageId: '14eb629f35db3c640f95692d25095e58',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, (store, dataset) => {
      const { input } = store;
      if (fsnameOf(input.request.options) !== '') return notApplicable('zfs.fsname is set');
      const mounts = valueOf(input.facts.mounts) ?? [];
      const last = input.facts.zfs.lookup[input.facts.zfs.lookup.length - 1]?.mount.id;
      const end = mounts.findIndex(({ id }) => id === last);
      const touched = mounts
        .slice(0, end === -1 ? mounts.length : end)
        .filter(({ fileSystem }) => NETWORK.test(fileSystem) && !LOCAL_FUSE.has(fileSystem));
      if (touched.length === 0) return passed;
      return finding({
        dataset,
        mounts: touched.slice(0, SHOWN).map(({ fileSystem, mountpoint }) => `${mountpoint} (${fileSystem})`),
        optionsPinned: optionsPinnedBy(store),
      });
    }),
  message: ({ mounts }) =>
    `CRI-O calls stat on ${mounts.join(', ')} while it looks for its dataset, and hangs when that does not answer.`,
  advice: ({ dataset, optionsPinned }) => [
    sentence('Name the dataset; then the start does not depend on them:'),
    fsnameAdvice('CG311', dataset, optionsPinned),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: 'legacy' },
        ],
        mounts: [
          { mountpoint: '/mnt/share', fileSystem: 'nfs4', source: 'server:/share' },
          { mountpoint: '/var/lib/crio', fileSystem: 'zfs', source: 'tank/crio' },
        ],
      },
    ],
    pass: [
      {},
      { mounts: [{ mountpoint: '/mnt/share', fileSystem: 'nfs4', source: 'server:/share' }] },
      {
        fsname: 'tank/crio',
        mounts: [{ mountpoint: '/mnt/share', fileSystem: 'nfs4', source: 'server:/share' }],
      },
    ],
  },
});
