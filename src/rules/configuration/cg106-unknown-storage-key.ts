import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whereZfsMatters } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted, placeOf } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const unknownStorageKey = defineRule<{
  readonly file: string;
  readonly keys: readonly string[];
  readonly places: readonly string[];
}>({
  code: 'CG106',
  slug: 'unknown-storage-key',
  severity: 'warning',
  certainty: 'exact',
  title: 'storage.conf has a key that containers/storage does not know',
  explanation: [
    'containers/storage ignores an unknown key in storage.conf and logs a warning, "Failed to decode the ' +
      'keys" (ReloadConfigurationFile in types/options.go of containers/storage). The key in that ' +
      'message can be the wrong one.',
    'The key is misspelt, is in the wrong table (fsname belongs in [storage.options.zfs]), or needs a ' +
      'newer version.',
  ],
  remedy: ['Correct the name or the table, or remove the key.'],
  references: ['containers-storage.conf(5)'],
  messageId: 'c85c03382b6c4772fd3dcd203ec6568e',
  since: '0.1.0',
  check: (diagnosis) =>
    whereZfsMatters(diagnosis, () => {
      const notes = notesOfKind(diagnosis, 'unknown-storage-key');
      const [first] = notes;
      if (first === undefined) return nothingNoted(diagnosis);
      return finding({ file: first.file, keys: notes.map(({ key }) => key), places: notes.map(placeOf) });
    }),
  message: ({ file, keys }) =>
    `${file} sets ${keys.join(', ')}, which containers/storage does not know and ignores.`,
  advice: ({ file, keys }) => [
    ...(keys.some((key) => /fsname|zpool|dataset|\.pool$/i.test(key))
      ? [
          sentence(
            'The dataset for layers is set by fsname = "POOL/DATASET" in the table [storage.options.zfs].',
          ),
        ]
      : []),
    command(`grep -nE ${shellWord(lastParts(keys).join('|'))} ${shellWord(file)}`),
  ],
  examples: {
    fail: [
      {
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "zfs"\nrunroot = "/run/crio"\ngraphroot = ' +
            '"/var/lib/crio/containers"\nfsname = "tank/crio"\n',
        },
      },
    ],
    pass: [{}],
  },
});

const lastParts = (keys: readonly string[]): readonly string[] => [
  ...new Set(keys.map((key) => key.split('.').pop() ?? key)),
];
