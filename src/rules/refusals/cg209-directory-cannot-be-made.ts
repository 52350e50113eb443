import { contains } from '../../host/containment.js';
import { valueOf } from '../../host/probe.js';
import { defineRule, type StoreDiagnosis } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { isRefusedWrite, refusedWriteAdvice } from './refused-write.js';

type Data = {
  readonly path: string;
  /** In the words of the kernel. */
  readonly reason: string;
  /** The dataset or device that the directory would lie on; empty when it cannot be told. */
  readonly source: string;
  readonly fileSystem: string;
  readonly mountpoint: string;
};

export const directoryCannotBeMade = defineRule<Data>({
  code: 'CG209',
  slug: 'directory-cannot-be-made',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O cannot make one of its directories',
  explanation: [
    'Before any driver is tried, containers/storage makes runroot, graphroot, the image store and a directory named ' +
      'after the driver in it (store.go GetStore), and once the driver works those of images and containers ' +
      '(store.go load). A file or a dangling symlink in the way, a read-only file system or a dataset without space ' +
      'stops it.',
  ],
  remedy: [
    'Move what is in the way aside, or choose another path.',
    'Make a read-only dataset or mount writable.',
    'Where space or a quota is used up: free some, or raise the quota.',
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
    `CRI-O cannot make the directory ${path}: ${reason}` +
    (source === '' || !isRefusedWrite(reason) ? '.' : ` (${fileSystem} ${source}).`),
  advice: ({ path, reason, ...mount }) =>
    reason === 'not a directory' || reason === 'file exists'
      ? [
          'See what is there, and move it aside:',
          `ls -ld ${shellWord(path)}`,
          `mv ${shellWord(path)} ${shellWord(`${path}.aside`)}`,
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
