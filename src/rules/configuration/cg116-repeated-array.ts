import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted, placeOf } from './notes-of-kind.js';

export const repeatedArray = defineRule<{
  readonly file: string;
  readonly key: string;
  readonly place: string;
}>({
  code: 'CG116',
  slug: 'repeated-array',
  severity: 'warning',
  certainty: 'exact',
  title: 'A key appears twice, and one of its values is lost',
  explanation: [
    'TOML allows a key once. The parser of older versions of CRI-O overlooks some repetitions and keeps ' +
      'one of the two values; that of CRI-O 1.36 refuses the file. An upgrade of CRI-O would not start ' +
      'with it.',
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
    `${place} repeats ${key}: one of its values is lost, and CRI-O 1.36 refuses the file.`,
  advice: ({ file, key }) => [`grep -nF -e ${shellWord(key.split('.').pop() ?? key)} ${shellWord(file)}`],
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
