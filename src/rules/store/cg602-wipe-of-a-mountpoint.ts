import { mountedOn } from '../../facts/zfs/intended.js';
import { valueOf } from '../../host/probe.js';
import { withStoreOnZfs } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const wipeOfAMountpoint = defineRule<{
  readonly graphroot: string;
  readonly source: string;
  /** The same, when it is a dataset. */
  readonly dataset: string;
  readonly file: string;
}>({
  code: 'CG602',
  slug: 'wipe-of-a-mountpoint',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O is about to check its storage, and a wipe would hit a mountpoint',
  explanation: [
    'CRI-O was not shut down cleanly the last time: clean.shutdown is missing and clean.shutdown.supported ' +
      'exists (ShutdownWasUnclean in internal/lib/container_server.go). At its next start it checks the ' +
      'store, repairs it, and wipes it if it cannot be repaired. It does not change a store without errors.',
    'graphroot is itself a mountpoint. A wipe deletes everything in it, also other files, and then fails on ' +
      'the mountpoint: "unlinkat GRAPHROOT: device or resource busy". If CRI-O cannot close the store first, ' +
      'it unmounts graphroot instead, and starts with an empty store on the file system below, without a ' +
      'message.',
    'While CRI-O runs, its files look the same; then this rule reports nothing.',
  ],
  remedy: [
    'Look at the pool and the store before CRI-O starts, and take a snapshot of graphroot: then a wipe can be ' +
      'undone, except for destroyed layers.',
    'If you know that the storage is in order, create clean.shutdown yourself: then CRI-O checks nothing.',
    'Later, move graphroot one directory below the mountpoint.',
  ],
  references: [
    'https://github.com/cri-o/cri-o/issues/2725',
    'https://github.com/cri-o/cri-o/pull/9968',
    'crio.conf(5), clean_shutdown_file, internal_repair',
  ],
  messageId: 'd121dd04f0e6600ccca70da147d9c013',
  since: '0.1.0',
  check: (diagnosis) =>
    withStoreOnZfs(diagnosis, ({ input }) => {
      const { graphroot, mounts, surroundings } = input.facts;
      if (surroundings === undefined) return passed;
      const { marker, supported, running, path } = surroundings.cleanShutdown;
      if (mounts.state === 'unknown') return unknownAnswer(mounts.why);
      const mount = mountedOn(graphroot, valueOf(mounts) ?? []);
      if (mount === undefined) return passed;
      if (marker.state === 'unknown') return unknownAnswer(marker.why);
      if (supported.state === 'unknown') return unknownAnswer(supported.why);
      if (marker.state === 'known' || supported.state === 'absent') return passed;
      if (running?.state === 'unknown') return unknownAnswer(running.why);
      if (running?.state === 'known' && running.value) return passed;
      const { source, fileSystem } = mount;
      const dataset = fileSystem === 'zfs' ? source : '';
      return finding({ graphroot: graphroot.path, source, dataset, file: path });
    }),
  message: ({ graphroot, source, file }) =>
    `CRI-O was not shut down cleanly (no ${file}): it will check its storage and may wipe it, and graphroot ` +
    `${graphroot} is the mountpoint of ${source}.`,
  advice: ({ graphroot, dataset, file }) => [
    sentence('To see how the last run ended:'),
    command('journalctl -b -1 -u crio -n 50'),
    command('zpool status -x'),
    ...(dataset === ''
      ? []
      : [
          sentence('To have a way back:'),
          command(`zfs snapshot ${shellWord(`${dataset}@before-crio-check`)}`),
        ]),
    sentence('What else lies in graphroot and would be deleted:'),
    command(`ls -la ${shellWord(graphroot)}`),
    sentence('Only if you know that the storage is in order, so that CRI-O does not check it:'),
    command(`touch ${shellWord(file)}`),
  ],
  examples: {
    fail: [
      {
        graphroot: '/srv/images',
        datasets: [
          { name: 'tank', mountpoint: '/srv' },
          { name: 'tank/images', mountpoint: '/srv/images' },
        ],
        files: { '/var/lib/crio/clean.shutdown.supported': '' },
      },
      {
        graphroot: '/srv/images',
        datasets: [
          { name: 'tank', mountpoint: '/srv' },
          { name: 'tank/images', mountpoint: '/srv/images' },
        ],
        files: {
          '/etc/crio/crio.conf': '[crio]\nclean_shutdown_file = "/srv/state/clean"\n',
          '/srv/state/clean.supported': '',
          '/var/lib/crio/clean.shutdown': '',
        },
      },
      {
        graphroot: '/data/images',
        symlinks: { '/data': '/srv' },
        datasets: [
          { name: 'tank', mountpoint: '/srv' },
          { name: 'tank/images', mountpoint: '/srv/images' },
        ],
        files: { '/var/lib/crio/clean.shutdown.supported': '' },
      },
    ],
    pass: [
      {},
      { files: { '/var/lib/crio/clean.shutdown.supported': '' } },
      {
        graphroot: '/srv/images',
        datasets: [
          { name: 'tank', mountpoint: '/srv' },
          { name: 'tank/images', mountpoint: '/srv/images' },
        ],
        files: { '/var/lib/crio/clean.shutdown.supported': '', '/var/lib/crio/clean.shutdown': '' },
      },
    ],
  },
});
