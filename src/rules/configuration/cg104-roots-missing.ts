import { defineRule, finding } from '../rule.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, fileLine, sentence } from '../../text/advice-line.js';

export const rootsMissing = defineRule<{
  readonly file: string;
  readonly missing: readonly string[];
  readonly words: string;
}>({
  code: 'CG104',
  slug: 'roots-missing',
  severity: 'error',
  certainty: 'exact',
  title: 'storage.conf does not set graphroot or runroot, and this CRI-O requires both',
  explanation: [
    'CRI-O up to 1.33 refuses a storage.conf without both runroot and graphroot ' +
      '(loadStoreOptionsFromConfFile in containers/storage). CRI-O 1.34 and later use ' +
      '/run/containers/storage and /var/lib/containers/storage instead. A file that works with a newer ' +
      'version, or with Podman, stops an older one.',
    'Setting them in crio.conf or with flags does not help, because CRI-O reads storage.conf first. An ' +
      'empty storage.conf fails too. A missing storage.conf does not.',
  ],
  remedy: [
    'Add graphroot and runroot to the storage.conf that CRI-O reads, with the values that are in use.',
  ],
  references: ['containers-storage.conf(5)'],
  messageId: 'dc1d42403293455b72818eef0a9dcd00',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    const [note] = notesOfKind(diagnosis, 'storage-conf-without-roots');
    if (configuration.kind === 'refused' && configuration.refusal.cause.kind === 'roots-missing') {
      const { cause, reason } = configuration.refusal;
      return finding({ file: cause.file ?? '', missing: note?.missing ?? cause.missing, words: reason });
    }
    return nothingNoted(diagnosis);
  },
  message: ({ file, missing, words }) =>
    `${file} does not set ${missing.join(' and ')}, which this ` + `CRI-O requires: ${words}`,
  advice: ({ file, missing }) => [
    sentence(`Add below [storage] in ${file}:`),
    ...(missing.includes('runroot') ? [fileLine('runroot = "/run/containers/storage"')] : []),
    ...(missing.includes('graphroot') ? [fileLine('graphroot = "/var/lib/containers/storage"')] : []),
    command('systemctl restart crio.service'),
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
