import { contains } from '../../host/containment.js';
import { valueOf } from '../../host/probe.js';
import { defineRule, type StoreDiagnosis } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { isRefusedWrite, refusedWriteAdvice } from './refused-write.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly path: string;
  /** In the words of the kernel. */
  readonly reason: string;
  /** The dataset or device that the directory would lie on; empty when unknown. */
  readonly source: string;
  readonly fileSystem: string;
  readonly mountpoint: string;
};

export const directoryCannotBeMade = defineRule<Data>({
  code: 'CG209',
  slug: 'directory-cannot-be-made',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O cannot create one of its directories',
  explanation: [
    'Before it starts a driver, containers/storage creates runroot, graphroot, the image store and a ' +
      'directory named after the driver (GetStore in store.go). After the driver has started it creates the ' +
      'directories for images and containers (load in store.go). An existing file, a dangling symlink, a ' +
      'read-only file system or a dataset without free space stops it.',
  ],
  remedy: [
    'Rename the file or symlink, or choose another path.',
    'Make a read-only dataset or mount writable.',
    'If the space or the quota is used up: free space, or raise the quota.',
  ],
  references: ['zfsprops(7)', 'zfs-set(8)'],
  messageId: 'b606be152a3c78d3ad30722c1bdfba55',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG301', 'CG304'],
  check: (diagnosis) =>
    whenRefused(diagnosis, ['directory-not-made', 'driver-directory-not-made'], (cause, store) => {
      const { path, reason } = cause.kind === 'directory-not-made' ? cause : cause.cause;
      const mount = mountOf(store, path);
      return {
        path,
        reason,
        source: mount?.source ?? '',
        fileSystem: mount?.fileSystem ?? '',
        mountpoint: mount?.mountpoint ?? '',
      };
    }),
  message: ({ path, reason, source, fileSystem }) =>
    `CRI-O cannot create the directory ${path}: ${reason}` +
    (source === '' || !isRefusedWrite(reason) ? '.' : ` (${fileSystem} ${source}).`),
  advice: ({ path, reason, ...mount }) =>
    reason === 'not a directory' || reason === 'file exists'
      ? [
          sentence('Check the existing file, and rename it:'),
          command(`ls -ld ${shellWord(path)}`),
          command(`mv ${shellWord(path)} ${shellWord(`${path}.aside`)}`),
        ]
      : refusedWriteAdvice(reason, path, mount),
  examples: {
    fail: [
      { files: { '/var/lib/crio/containers': 'in the way' } },
      { symlinks: { '/var/lib/crio/containers': '/nowhere' } },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { readonly: 'on' } },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { available: '0', quota: '1048576' },
          },
        ],
      },
    ],
    pass: [{}, { files: { '/var/lib/crio/containers/': '' } }],
  },
});

/** The roots are the only places where directories are made. */
function mountOf({ input }: StoreDiagnosis, path: string) {
  const { graphroot, runroot, imagestore } = input.facts;
  const place = [imagestore, runroot, graphroot].find(
    (candidate) =>
      candidate !== undefined &&
      (contains(candidate.path, path) || contains(path, candidate.path) || candidate.missing.includes(path)),
  );
  return place === undefined ? undefined : valueOf(place.mount);
}
