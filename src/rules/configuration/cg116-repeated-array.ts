import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted, placeOf } from './notes-of-kind.js';
import { command } from '../../text/advice-line.js';

export const repeatedArray = defineRule<{
  readonly file: string;
  readonly key: string;
  readonly place: string;
}>({
  code: 'CG116',
  slug: 'repeated-array',
  severity: 'warning',
  certainty: 'exact',
  title: 'A key is set twice, and one of its values is lost',
  explanation: [
    'TOML allows each key only once. The parser in older versions of CRI-O accepts some duplicates and ' +
      'keeps one of the two values. CRI-O 1.35.1 and later refuse the file, so CRI-O will not start after an ' +
      'upgrade.',
  ],
  remedy: ['Keep one of them.'],
  references: ['https://toml.io/en/v1.0.0'],
  messageId: '2573303925593e7c4c3897204fca21b9',
  since: '0.1.0',
  check: (diagnosis) => {
    const [note] = notesOfKind(diagnosis, 'repeated-array');
    return note === undefined
      ? nothingNoted(diagnosis)
      : finding({ file: note.file, key: note.key, place: placeOf(note) });
  },
  message: ({ key, place }) =>
    `${place} repeats ${key}: one of its values is lost, and CRI-O 1.35.1 and later refuse the file.`,
  advice: ({ file, key }) => [
    command(`grep -nF -e ${shellWord(key.split('.').pop() ?? key)} ${shellWord(file)}`),
  ],
  examples: {
    fail: [
      {
        crioVersion: '1.31.2',
        files: {
          '/etc/crio/crio.conf.d/10-storage.conf':
            '[crio]\nstorage_option = ["zfs.mountopt=nodev"]\nstorage_option = ["zfs.mountopt=noatime"]\n',
        },
      },
    ],
    pass: [{}],
  },
});
