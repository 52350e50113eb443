import { valueOf } from '../../host/probe.js';
import { parentOf } from '../../host/paths.js';
import type { StoreFacts } from '../../facts/store/store.js';
import { defineRule } from '../rule.js';
import {
  directoryBelow,
  fsnameAdvice,
  optionsPinnedBy,
  pinnedBy,
  rootAdvice,
  setBy,
} from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { rootCause } from './root-file-system.js';
import { command, sentence } from '../../text/advice-line.js';

type StoreState = 'none' | 'some' | 'unknown';

type Data = {
  readonly graphroot: string;
  readonly dataset: string;
  /** The directory below it that becomes graphroot. */
  readonly below: string;
  readonly parent: string;
  readonly parentFileSystem: string;
  /** Whether images or layers are stored there. */
  readonly store: StoreState;
  readonly setBy: string;
  readonly pinned: string;
  readonly optionsPinned: string;
};

export const graphrootIsMountpoint = defineRule<Data>({
  code: 'CG201',
  slug: 'graphroot-is-mountpoint',
  severity: 'error',
  certainty: 'exact',
  title: 'graphroot is on ZFS, but its parent directory is not',
  explanation: [
    'The zfs driver checks whether graphroot is on ZFS (checkRootdirFs in drivers/zfs/zfs_linux.go). ' +
      'GetFSMagic in drivers/driver_linux.go checks the parent directory of the path instead. When ' +
      'graphroot is the mountpoint of a dataset, the parent is on another file system, and CRI-O stops with ' +
      '"no zfs dataset found for rootdir" although the dataset is mounted.',
    'The same layout works with Docker, because its copy of the driver checks the directory itself. On ' +
      'Linux, all versions of containers/storage since January 2019 are affected.',
  ],
  remedy: [
    'If the store is empty: set graphroot to a directory below the mountpoint.',
    'If the store holds images: set zfs.fsname to the dataset and keep graphroot. The driver then skips ' +
      'this check.',
  ],
  references: [
    'https://github.com/cri-o/cri-o/issues/8771',
    'https://github.com/bootc-dev/bootc/issues/1677',
    'containers-storage.conf(5)',
  ],
  messageId: 'c541ed53c376d42f49423eb950d605b6',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['parent-not-zfs'], (cause, store) => {
      if (rootCause(cause, store).kind !== 'parent') return 'graphroot itself is not on ZFS';
      const { facts, request } = store.input;
      const device = valueOf(facts.graphroot.nearest.status)?.device;
      const mounted = facts.zfs.lookup.find((candidate) => valueOf(candidate.device) === device)?.mount;
      return {
        graphroot: request.graphroot,
        dataset: mounted?.source ?? valueOf(facts.graphroot.mount)?.source ?? '',
        below: directoryBelow(request.graphroot, store),
        parent: parentOf(request.graphroot),
        parentFileSystem: valueOf(facts.graphroot.parentMount)?.fileSystem ?? 'another file system',
        store: storeState(facts.store),
        setBy: setBy(store, 'root'),
        pinned: pinnedBy(store, 'root'),
        optionsPinned: optionsPinnedBy(store),
      };
    }),
  message: ({ graphroot, dataset, parent, parentFileSystem }) =>
    `graphroot ${graphroot} is on ZFS (${dataset}), but CRI-O checks its parent ${parent}, which is on ` +
    `${parentFileSystem}, and refuses to start.`,
  advice: ({ graphroot, dataset, below, store, setBy: origin, pinned, optionsPinned }) => [
    sentence(`graphroot is set by ${origin}.`),
    ...(store !== 'none'
      ? [
          store === 'some'
            ? sentence(`${graphroot} holds images: set zfs.fsname to their dataset and keep graphroot:`)
            : sentence(
                `Whether ${graphroot} holds images is unknown. Setting zfs.fsname keeps them in any case:`,
              ),
          fsnameAdvice('CG201', dataset, optionsPinned),
        ]
      : [
          sentence('Set graphroot to a directory below the mountpoint:'),
          command(`mkdir -p -m 0700 ${shellWord(below)}`),
          rootAdvice('CG201', below, pinned),
        ]),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [
      { graphroot: '/var/lib/crio' },
      { graphroot: '/data', symlinks: { '/data': '/var/lib/crio' } },
      { flags: ['--root', '/data'], symlinks: { '/data': '/var/lib/crio' } },
      {
        graphroot: '/var/lib/crio',
        files: { '/var/lib/crio/zfs-layers/layers.json': '[{"id":"a1"}]' },
      },
      {
        graphroot: '/mnt/b',
        mounts: [{ mountpoint: '/mnt/b', fileSystem: 'zfs', source: 'tank/crio', root: '/containers' }],
      },
    ],
    pass: [
      {},
      { graphroot: '/var/lib/crio', fsname: 'tank/crio' },
      { graphroot: '/data/containers', symlinks: { '/data': '/var/lib/crio' } },
    ],
  },
});

function storeState({ entries, images, containers, layers }: StoreFacts): StoreState {
  if (entries.state === 'unknown') return 'unknown';
  const contents = [images, containers, layers].map(({ content }) => content);
  if (
    contents.some(
      (content) => content.state === 'known' && content.value.kind === 'list' && content.value.ids.length > 0,
    )
  ) {
    return 'some';
  }
  const isUnclear = contents.some(
    (content) =>
      content.state === 'unknown' || (content.state === 'known' && content.value.kind === 'broken'),
  );
  return isUnclear ? 'unknown' : 'none';
}
