import { contains } from '../../host/containment.js';
import { parentOf } from '../../host/paths.js';
import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { freeDatasetName } from '../shared/free-dataset-name.js';
import { pinnedBy, rootAdvice, setBy } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { isSystemDirectory } from '../shared/system-directory.js';
import { whenRefused } from './refusal.js';
import { rootCause } from './root-file-system.js';

type Data = {
  readonly graphroot: string;
  readonly fileSystem: string;
  readonly mountpoint: string;
  readonly pools: readonly string[];
  /** A name for a new dataset. */
  readonly newDataset: string;
  /** Where to mount it; empty when graphroot is the mountpoint of something else. */
  readonly newMountpoint: string;
  /** Mounted datasets that graphroot could lie on. */
  readonly mountedDatasets: readonly string[];
  readonly setBy: string;
  readonly pinned: string;
};

const SHOWN = 5;

export const graphrootNotOnZfs = defineRule<Data>({
  code: 'CG202',
  slug: 'graphroot-not-on-zfs',
  severity: 'error',
  certainty: 'exact',
  title: 'The driver is zfs, but graphroot is not on ZFS',
  explanation: [
    'Without zfs.fsname the zfs driver takes the dataset that graphroot lies on as the parent of all layers ' +
      '(lookupZfsDataset in drivers/zfs/zfs.go). Here graphroot, or the directory in which CRI-O will make it, ' +
      'lies on another file system, so there is no such dataset and the driver refuses.',
    'Often a dataset was meant to be mounted there and is not; when that can be told, another finding says so ' +
      'and this one is its consequence.',
  ],
  remedy: [
    'Create a dataset, mount it, and let graphroot be a directory below its mountpoint.',
    'Or name a dataset with zfs.fsname: layers go there, and graphroot may stay on any file system.',
    'Or choose the driver overlay, if graphroot is not meant to be on ZFS.',
  ],
  references: ['https://github.com/cri-o/cri-o/issues/8771', 'containers-storage.conf(5)', 'zfs-create(8)'],
  messageId: '297212bfef5686958b9fb85739a5b783',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG301', 'CG304', 'CG307'],
  check: (diagnosis) =>
    whenRefused(diagnosis, ['parent-not-zfs'], (cause, store) => {
      if (rootCause(cause, store).kind !== 'elsewhere') return 'another rule names the cause';
      const { facts, request } = store.input;
      const mount = valueOf(facts.graphroot.mount);
      const pools = (valueOf(facts.zfs.pools) ?? []).map(({ name }) => name);
      const parent = parentOf(request.graphroot);
      const mounted = (valueOf(facts.mounts) ?? []).filter(
        (candidate) => candidate.fileSystem === 'zfs' && !contains(request.graphroot, candidate.mountpoint),
      );
      return {
        graphroot: request.graphroot,
        fileSystem: mount?.fileSystem ?? 'another file system',
        mountpoint: mount?.mountpoint ?? '/',
        pools,
        newDataset: freeDatasetName(facts, pools[0] ?? 'POOL'),
        newMountpoint:
          mount?.mountpoint === request.graphroot
            ? ''
            : isSystemDirectory(parent)
              ? request.graphroot
              : parent,
        mountedDatasets: mounted
          .slice(0, SHOWN)
          .map(({ source, mountpoint }) => `${source} on ${mountpoint}`),
        setBy: setBy(store, 'root'),
        pinned: pinnedBy(store, 'root'),
      };
    }),
  message: ({ graphroot, fileSystem, mountpoint }) =>
    `graphroot ${graphroot} is not on ZFS but on ${fileSystem} (mounted on ${mountpoint}), so the zfs driver ` +
    `refuses to start.`,
  advice: ({ graphroot, pools, mountedDatasets, newDataset, newMountpoint, setBy: origin, pinned }) => [
    `graphroot is set by ${origin}.`,
    ...(mountedDatasets.length === 0 ? [] : [`Mounted datasets: ${mountedDatasets.join(', ')}.`]),
    ...(pools.length === 0
      ? ['No pool is imported. These could be:', 'zpool import']
      : [
          'See whether the dataset you mean is mounted:',
          'zfs list -o name,mountpoint,mounted,canmount,keystatus',
          ...(newMountpoint === ''
            ? [
                `Or let graphroot be a directory on one of them, since something else is mounted on ${graphroot}.`,
              ]
            : [
                `Or make one (${newMountpoint} should be empty: the mount hides what lies there):`,
                `zfs create -o mountpoint=${shellWord(newMountpoint)} ${shellWord(newDataset)}`,
              ]),
          ...(newMountpoint === graphroot ? [rootAdvice('CG202', `${graphroot}/containers`, pinned)] : []),
          'systemctl restart crio.service',
        ]),
  ],
  examples: {
    fail: [
      { graphroot: '/srv/containers' },
      { datasets: [{ name: 'tank', mountpoint: 'none' }] },
      {
        graphroot: '/opt/c/s',
        mounts: [{ mountpoint: '/opt/c/s', fileSystem: 'tmpfs', source: 'tmpfs' }],
      },
    ],
    pass: [
      {},
      { graphroot: '/srv/containers', driver: 'overlay' },
      { graphroot: '/srv/c', fsname: 'tank/crio' },
    ],
  },
});
