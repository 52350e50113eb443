import { contains } from '../../host/containment.js';
import { valueOf } from '../../host/probe.js';
import { whenItStarts } from '../shared/outcome.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import {
  coverAdvice,
  mountsItself,
  ownerOfMount,
  whoMounts,
  type MountOwner,
} from '../shared/cover-advice.js';
import { sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly mountpoint: string;
  readonly cover: string;
  readonly coverMountpoint: string;
  readonly graphroot: string;
  /** The dataset has a mountpoint of its own. */
  readonly isOwn: boolean;
  readonly owner: MountOwner;
};

export const datasetHidden = defineRule<Data>({
  code: 'CG405',
  slug: 'dataset-hidden',
  severity: 'warning',
  certainty: 'exact',
  title: 'The dataset mounted for graphroot is hidden by something mounted over it',
  explanation: [
    'A dataset is mounted at or above graphroot, and zfs lists it as mounted. But another file system was ' +
      'mounted later on the same directory or above it, and hides it. What CRI-O writes to graphroot goes to ' +
      'that file system. CRI-O still starts, because with zfs.fsname or with another driver it does not ' +
      'search its dataset.',
    'Images whose records lie in the hidden dataset seem to be lost. If the upper file system is a tmpfs, its ' +
      'records are lost at a reboot.',
  ],
  remedy: [
    'Find out what mounts the upper file system. If the system needs it, mount the dataset after it; unmount it ' +
      'only if it is a leftover, while CRI-O is stopped.',
  ],
  references: ['findmnt(8)', 'proc(5), mountinfo'],
  messageId: 'd15245c6f4f5cde8970f15664516e4e6',
  since: '0.1.0',
  follows: ['CG404'],
  check: (diagnosis) =>
    whenItStarts(diagnosis, (store) => {
      const { input } = store;
      const { graphroot, mounts } = input.facts;
      if (mounts.state === 'unknown') return unknownAnswer(mounts.why);
      if (graphroot.mount.state === 'unknown') return unknownAnswer(graphroot.mount.why);
      const cover = valueOf(graphroot.mount);
      const path = graphroot.physical;
      if (cover === undefined || !contains(cover.mountpoint, path)) return passed;
      const hidden = (valueOf(mounts) ?? []).find(
        (mount) =>
          mount.fileSystem === 'zfs' &&
          mount.id < cover.id &&
          mount.device !== cover.device &&
          mount.mountpoint !== '/' &&
          contains(mount.mountpoint, path) &&
          contains(cover.mountpoint, mount.mountpoint),
      );
      if (hidden === undefined) return passed;
      return finding({
        dataset: hidden.source,
        mountpoint: hidden.mountpoint,
        cover: cover.fileSystem === 'zfs' ? cover.source : cover.fileSystem,
        coverMountpoint: cover.mountpoint,
        graphroot: input.request.graphroot,
        isOwn: mountsItself(hidden.source, store),
        owner: ownerOfMount(cover.mountpoint, store),
      });
    }),
  message: ({ dataset, mountpoint, cover, coverMountpoint, graphroot }) =>
    `${dataset} is mounted on ${mountpoint}, but hidden by ${cover} on ${coverMountpoint}, where ${graphroot} lies now.`,
  advice: ({ coverMountpoint, owner, dataset, mountpoint, isOwn }) => [
    sentence('See what is mounted there, in order, and what mounts it:'),
    ...whoMounts(coverMountpoint),
    ...coverAdvice(coverMountpoint, owner, { dataset, mountpoint, isOwn }),
  ],
  examples: {
    fail: [
      {
        fsname: 'tank/crio',
        mounts: [{ mountpoint: '/var/lib/crio', fileSystem: 'tmpfs', source: 'tmpfs' }],
      },
      {
        fsname: 'tank/crio',
        mounts: [{ mountpoint: '/var', fileSystem: 'xfs', source: '/dev/vdb1' }],
      },
      { driver: 'vfs', mounts: [{ mountpoint: '/var/lib', fileSystem: 'ext4', source: '/dev/sdb1' }] },
    ],
    pass: [{}, { fsname: 'tank/crio' }],
  },
});
