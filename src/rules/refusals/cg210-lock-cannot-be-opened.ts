import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { refusedWriteAdvice } from './refused-write.js';
import { command } from '../../text/advice-line.js';

type Data = {
  readonly path: string;
  readonly reason: string;
  readonly source: string;
  readonly fileSystem: string;
  readonly mountpoint: string;
};

export const lockCannotBeOpened = defineRule<Data>({
  code: 'CG210',
  slug: 'lock-cannot-be-opened',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O cannot open a lock file in graphroot',
  explanation: [
    'containers/storage locks the store with graphroot/storage.lock and graphroot/userns.lock. It creates ' +
      'both and opens them for writing before it starts a driver (store.go GetStore, pkg/lockfile). A ' +
      'directory with that name or a read-only file system stops CRI-O.',
  ],
  remedy: [
    'Rename a directory with that name. CRI-O creates the lock file again; it holds no data.',
    'Make a read-only dataset or mount writable.',
  ],
  references: ['zfsprops(7)'],
  messageId: 'd6ff904985a0656d88682d6a8be38180',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG301', 'CG304'],
  check: (diagnosis) =>
    whenRefused(diagnosis, ['lock-not-opened'], ({ path, reason }, { input }) => {
      const { source = '', fileSystem = '', mountpoint = '' } = valueOf(input.facts.graphroot.mount) ?? {};
      return { path, reason, source, fileSystem, mountpoint };
    }),
  message: ({ path, reason }) => `CRI-O cannot open its lock file ${path}: ${reason}.`,
  advice: ({ path, reason, ...mount }) =>
    reason === 'is a directory'
      ? [command(`ls -la ${shellWord(path)}`), command(`mv ${shellWord(path)} ${shellWord(`${path}.aside`)}`)]
      : refusedWriteAdvice(reason, path, mount),
  examples: {
    fail: [
      { files: { '/var/lib/crio/containers/storage.lock/': '' } },
      { crioVersion: '1.31.2', files: { '/var/lib/crio/containers/userns.lock/': '' } },
      {
        files: { '/var/lib/crio/containers/zfs/': '', '/var/lib/crio/containers/storage.lock': '' },
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { readonly: 'on' } },
        ],
      },
    ],
    pass: [{}, { files: { '/var/lib/crio/containers/storage.lock': '' } }],
  },
});
