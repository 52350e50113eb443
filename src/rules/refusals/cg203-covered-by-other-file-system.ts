import { defineRule } from '../rule.js';
import { coverAdvice, mountsItself, ownerOfMount, whoMounts } from '../shared/cover-advice.js';
import type { MountOwner } from '../shared/cover-advice.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { rootCause } from './root-file-system.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly graphroot: string;
  readonly fileSystem: string;
  readonly mountpoint: string;
  readonly source: string;
  /** The dataset above or below it; empty when unknown. */
  readonly dataset: string;
  readonly datasetMountpoint: string;
  /** The dataset has a mountpoint of its own. */
  readonly isOwn: boolean;
  readonly owner: MountOwner;
};

export const coveredByOtherFileSystem = defineRule<Data>({
  code: 'CG203',
  slug: 'covered-by-other-file-system',
  severity: 'error',
  certainty: 'exact',
  title: 'Another file system is mounted between graphroot and ZFS',
  explanation: [
    'The zfs driver looks for a mount of type zfs with the device number of graphroot (lookupZfsDataset ' +
      'in drivers/zfs/zfs.go). If another file system, such as tmpfs or ext4, is mounted over the dataset ' +
      'or on a directory inside it, graphroot has another device number. No dataset matches, and CRI-O ' +
      'stops.',
    'When graphroot is the mountpoint of that other file system, its parent is still on ZFS, and the ' +
      'error is "failed to find zfs dataset mounted on ... in /proc/mounts"; below that mountpoint it is ' +
      '"no zfs dataset found for rootdir".',
  ],
  remedy: [
    'Find out which unit or line of /etc/fstab mounts the other file system. If the system needs it, mount the dataset ' +
      'after it; unmount it only if it is a leftover.',
    'Or move graphroot to a directory on ZFS, or set zfs.fsname to the dataset.',
  ],
  references: ['findmnt(8)', 'containers-storage.conf(5)'],
  messageId: '669753a8583d77864cc21e6be8076370',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['parent-not-zfs', 'graphroot-not-in-mounts'], (refusal, store) => {
      const cause = rootCause(refusal, store);
      if (cause.kind !== 'covered') return 'no other file system lies over ZFS';
      return {
        graphroot: store.input.request.graphroot,
        fileSystem: cause.cover?.fileSystem ?? 'another file system',
        mountpoint: cause.cover?.mountpoint ?? '',
        source: cause.cover?.source ?? '',
        dataset: cause.below?.source ?? '',
        datasetMountpoint: cause.below?.mountpoint ?? '',
        isOwn: mountsItself(cause.below?.source ?? '', store),
        owner: ownerOfMount(cause.cover?.mountpoint ?? '', store),
      };
    }),
  message: ({ graphroot, fileSystem, mountpoint, dataset, datasetMountpoint }) => {
    const where = mountpoint === '' ? '' : ` mounted on ${mountpoint}`;
    const what = dataset === '' ? 'ZFS' : `${dataset} (on ${datasetMountpoint})`;
    return `graphroot ${graphroot} lies on ${fileSystem}${where}, not on ${what}, so the zfs driver refuses to start.`;
  },
  advice: ({ graphroot, mountpoint, dataset, datasetMountpoint, isOwn, owner }) => [
    sentence('Show the file system that is mounted there, and the unit that mounts it:'),
    ...(mountpoint === ''
      ? [command(`findmnt -T ${shellWord(graphroot)}`)]
      : [
          ...whoMounts(mountpoint),
          ...coverAdvice(
            mountpoint,
            owner,
            dataset === '' ? undefined : { dataset, mountpoint: datasetMountpoint, isOwn },
          ),
        ]),
  ],
  examples: {
    fail: [
      { mounts: [{ mountpoint: '/var/lib/crio/containers', fileSystem: 'tmpfs', source: 'tmpfs' }] },
      {
        graphroot: '/var/lib/crio/other/x',
        mounts: [{ mountpoint: '/var/lib/crio/other', fileSystem: 'ext4', source: '/dev/sdb1' }],
      },
      { mounts: [{ mountpoint: '/var/lib/crio', fileSystem: 'tmpfs', source: 'tmpfs' }] },
      // openzfs/zfs#14393: fstab mounts /var over a dataset that was mounted below it before.
      { mounts: [{ mountpoint: '/var', fileSystem: 'xfs', source: '/dev/vdb1' }] },
      {
        mounts: [{ mountpoint: '/var/lib/crio', fileSystem: 'xfs', source: '/dev/vdb1' }],
        files: { '/etc/fstab': '/dev/vdb1 /var/lib/crio xfs defaults 0 2\n' },
      },
      {
        graphroot: '/aux/crio/containers',
        datasets: [{ name: 'tank/crio', mountpoint: '/aux/crio' }],
        mounts: [{ mountpoint: '/aux', fileSystem: 'xfs', source: '/dev/vdb1' }],
        files: { '/etc/systemd/system/aux.mount': '[Mount]\nWhat=/dev/vdb1\nWhere=/aux\n' },
      },
    ],
    pass: [{}, { mounts: [{ mountpoint: '/var/lib/crio/elsewhere', fileSystem: 'tmpfs', source: 'tmpfs' }] }],
  },
});
