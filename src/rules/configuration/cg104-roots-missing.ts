import { defineRule, finding } from '../rule.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';

export const rootsMissing = defineRule<{
  readonly file: string;
  readonly missing: readonly string[];
  readonly words: string;
}>({
  code: 'CG104',
  slug: 'roots-missing',
  severity: 'error',
  certainty: 'exact',
  title: 'storage.conf does not name the roots, and this CRI-O requires them',
  explanation: [
    'CRI-O 1.31 and its neighbours take no storage.conf without both runroot and graphroot ' +
      '(containers/storage, loadStoreOptionsFromConfFile); CRI-O 1.36 fills in /run/containers/storage ' +
      'and /var/lib/containers/storage. A file that was fine for the newer one, or for Podman, stops ' +
      'the older one.',
    'Roots in crio.conf or in flags do not help: storage.conf is read first, and fails first. An empty ' +
      'storage.conf counts as one without roots; no storage.conf at all is fine.',
  ],
  remedy: ['Add both roots to the storage.conf that CRI-O reads, with the values that are in use.'],
  references: ['containers-storage.conf(5)'],
  messageId: 'dc1d42403293455b72818eef0a9dcd00',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    const [note] = notesOfKind(diagnosis, 'storage-conf-without-roots');
    if (configuration.outcome === 'refused' && configuration.refusal.cause.kind === 'roots-missing') {
      const { cause, reason } = configuration.refusal;
      return finding({ file: cause.file ?? '', missing: note?.missing ?? cause.missing, words: reason });
    }
    return nothingNoted(diagnosis);
  },
  message: ({ file, missing, words }) =>
    `${file} does not set ${missing.join(' and ')}, which this ` + `CRI-O requires: ${words}`,
  advice: ({ file, missing }) => [
    `Add below [storage] in ${file}:`,
    ...(missing.includes('runroot') ? ['  runroot = "/run/containers/storage"'] : []),
    ...(missing.includes('graphroot') ? ['  graphroot = "/var/lib/containers/storage"'] : []),
    'systemctl restart crio.service',
  ],
  examples: {
    fail: [
      { crioVersion: '1.31.2', files: { '/etc/containers/storage.conf': '[storage]\ndriver = "zfs"\n' } },
      {
        crioVersion: '1.31.2',
        files: { '/etc/containers/storage.conf': '[storage]\ndriver = "zfs"\nrunroot = "/run/crio"\n' },
      },
    ],
    pass: [
      {},
      { crioVersion: '1.36.3', files: { '/etc/containers/storage.conf': '[storage]\ndriver = "zfs"\n' } },
    ],
  },
});
