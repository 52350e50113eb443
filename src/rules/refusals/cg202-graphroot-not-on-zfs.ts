import { contains } from '../../host/containment.js';
import { parentOf } from '../../host/paths.js';
import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { freeDatasetName } from '../shared/free-dataset-name.js';
import { directoryBelow, pinnedBy, rootAdvice, setBy } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { isSystemDirectory } from '../shared/system-directory.js';
import { whenRefused } from './refusal.js';
import { rootCause } from './root-file-system.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly graphroot: string;
  readonly fileSystem: string;
  readonly mountpoint: string;
  readonly pools: readonly string[];
  /** A name for a new dataset. */
  readonly newDataset: string;
  /** Where to mount it; empty when graphroot is the mountpoint of something else. */
  readonly newMountpoint: string;
  /** The directory of graphroot that becomes graphroot when the dataset is mounted on it. */
  readonly below: string;
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
    'Without zfs.fsname the zfs driver creates all layers below the dataset that contains graphroot ' +
      '(lookupZfsDataset in drivers/zfs/zfs.go). Here graphroot, or the directory in which CRI-O will ' +
      'create it, is on another file system, so the driver refuses to start.',
    'Often the intended dataset is not mounted. When crio-guard can prove that, it reports another ' +
      'finding instead of this one.',
  ],
  remedy: [
    'Create a dataset, mount it, and set graphroot to a directory below its mountpoint.',
    'Or set zfs.fsname to a dataset: CRI-O then creates the layers there, and graphroot can stay on any ' +
      'file system.',
    'Or set the driver to overlay, if graphroot is not intended to be on ZFS.',
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
        below: directoryBelow(request.graphroot, store),
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
  advice: ({
    graphroot,
    pools,
    mountedDatasets,
    newDataset,
    newMountpoint,
    below,
    setBy: origin,
    pinned,
  }) => [
    sentence(`graphroot is set by ${origin}.`),
    ...(mountedDatasets.length === 0 ? [] : [sentence(`Mounted datasets: ${mountedDatasets.join(', ')}.`)]),
    ...(pools.length === 0
      ? [sentence('No pool is imported. Show the pools that can be imported:'), command('zpool import')]
      : [
          sentence('Check whether the intended dataset is mounted:'),
          command('zfs list -o name,mountpoint,mounted,canmount,keystatus'),
          ...(newMountpoint === ''
            ? [
                sentence(
                  `Or set graphroot to a directory on one of them: another file system is mounted on ${graphroot}.`,
                ),
              ]
            : [
                sentence(
                  `Or create one (${newMountpoint} should be empty, because the mount hides its contents):`,
                ),
                command(`zfs create -o mountpoint=${shellWord(newMountpoint)} ${shellWord(newDataset)}`),
              ]),
          ...(newMountpoint === graphroot ? [rootAdvice('CG202', below, pinned)] : []),
          command('systemctl restart crio.service'),
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
