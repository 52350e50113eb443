import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whereZfsMatters } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted, placeOf } from './notes-of-kind.js';

export const misplacedKey = defineRule<{
  readonly files: readonly string[];
  readonly keys: readonly string[];
}>({
  code: 'CG115',
  slug: 'misplaced-key',
  severity: 'warning',
  certainty: 'exact',
  title: 'A storage setting stands in the wrong table of crio.conf',
  explanation: [
    'root, runroot, imagestore, storage_driver and storage_option belong into the table [crio]. At the ' +
      'top of the file, or in [crio.runtime] or any other table, CRI-O passes over them without a word: ' +
      'unlike storage.conf, crio.conf is not checked for unknown keys.',
    'In TOML a key belongs to the table whose header comes before it. A setting added at the end of the ' +
      'file is in the last table.',
  ],
  remedy: ['Move the key below a line [crio].'],
  references: ['crio.conf(5)'],
  messageId: '5a6066aa362e687f4c23f1b9a7911c3d',
  since: '0.1.0',
  check: (diagnosis) =>
    whereZfsMatters(diagnosis, () => {
      const notes = notesOfKind(diagnosis, 'misplaced-key');
      if (notes.length === 0) return nothingNoted(diagnosis);
      return finding({
        files: [...new Set(notes.map(({ file }) => file))],
        keys: notes.map((note) => `${note.key} (${placeOf(note)})`),
      });
    }),
  message: ({ keys }) => `Without effect, since outside of the table [crio]: ${keys.join(', ')}.`,
  advice: ({ files }) => [
    ...files.map((file) => `grep -nE '^\\[|root|storage_' ${shellWord(file)}`),
    'What CRI-O uses instead:',
    'crio-guard --config',
  ],
  examples: {
    fail: [{ files: { '/etc/crio/crio.conf.d/10-storage.conf': 'root = "/srv/images"\n' } }],
    pass: [{}],
  },
});
