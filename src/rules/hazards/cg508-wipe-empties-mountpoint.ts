import { mountedOn } from '../../facts/zfs/intended.js';
import { valueOf } from '../../host/probe.js';
import { withStoreOnZfs } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const wipeEmptiesMountpoint = defineRule<{ readonly graphroot: string; readonly source: string }>({
  code: 'CG508',
  slug: 'wipe-empties-mountpoint',
  severity: 'info',
  certainty: 'exact',
  title: 'graphroot is itself a mountpoint',
  explanation: [
    'This layout works. It matters only when CRI-O wipes its storage: after an unclean shutdown that cannot ' +
      'be repaired, or when someone runs "crio wipe" (RemoveStorageDirectory in ' +
      'internal/lib/container_server.go of CRI-O).',
    'CRI-O then deletes graphroot with everything in it. A mountpoint can be emptied but not removed, so this ' +
      'and each further wipe fails with "unlinkat GRAPHROOT: device or resource busy". When CRI-O cannot ' +
      'close the store first, it unmounts graphroot instead, and continues in the directory of the file ' +
      'system below.',
    'If graphroot is one directory below the mountpoint, neither happens.',
  ],
  remedy: [
    'Nothing now. For a new node, make graphroot a directory inside the mounted dataset.',
    'Keep nothing else in graphroot: a wipe deletes it.',
  ],
  references: ['https://github.com/cri-o/cri-o/issues/2725', 'crio.conf(5), clean_shutdown_file'],
  messageId: '8316430f523ab766b74a7e07516fe692',
  since: '0.1.0',
  follows: ['CG602'],
  check: (diagnosis) =>
    withStoreOnZfs(diagnosis, ({ input }) => {
      const { graphroot, mounts } = input.facts;
      if (mounts.state === 'unknown') return unknownAnswer(mounts.why);
      const mount = mountedOn(graphroot, valueOf(mounts) ?? []);
      return mount === undefined ? passed : finding({ graphroot: graphroot.path, source: mount.source });
    }),
  message: ({ graphroot, source }) =>
    `graphroot ${graphroot} is the mountpoint of ${source}: a wipe after a crash would empty it and then fail.`,
  advice: ({ graphroot }) => [
    sentence('Nothing to do now. To see whether CRI-O checked or wiped its storage before:'),
    command("journalctl -u crio --grep 'unclean shutdown'"),
    sentence('To see what else lies there, and would be deleted by a wipe:'),
    command(`ls -la ${shellWord(graphroot)}`),
  ],
  examples: {
    fail: [
      { graphroot: '/var/lib/crio', fsname: 'tank/crio' },
      { graphroot: '/var/lib/crio', driver: 'overlay', module: '2.3.0-1' },
    ],
    pass: [
      {},
      { driver: 'overlay', module: '2.3.0-1' },
      { driver: 'overlay', graphroot: '/srv/c', mounts: [{ mountpoint: '/srv/c', fileSystem: 'xfs' }] },
      {
        graphroot: '/data',
        fsname: 'tank/crio',
        flags: ['--root', '/data'],
        symlinks: { '/data': '/var/lib/crio' },
      },
    ],
  },
});
