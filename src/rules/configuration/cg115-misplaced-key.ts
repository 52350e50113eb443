import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whereZfsMatters } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted, placeOf } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const misplacedKey = defineRule<{
  readonly files: readonly string[];
  readonly keys: readonly string[];
}>({
  code: 'CG115',
  slug: 'misplaced-key',
  severity: 'warning',
  certainty: 'exact',
  title: 'A storage setting is in the wrong table of crio.conf',
  explanation: [
    'root, runroot, imagestore, storage_driver and storage_option belong in the table [crio]. At the top ' +
      'of the file, or in any other table such as [crio.runtime], CRI-O ignores them and logs nothing: it ' +
      'does not check crio.conf for unknown keys.',
    'In TOML a key belongs to the table whose header comes before it. A setting appended to the file is ' +
      'in the last table.',
  ],
  remedy: ['Move the key into the table [crio].'],
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
  message: ({ keys }) => `CRI-O ignores these keys, which are outside the table [crio]: ${keys.join(', ')}.`,
  advice: ({ files }) => [
    ...files.map((file) => command(`grep -nE '^\\[|root|storage_' ${shellWord(file)}`)),
    sentence('Show the values that CRI-O uses:'),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [{ files: { '/etc/crio/crio.conf.d/10-storage.conf': 'root = "/srv/images"\n' } }],
    pass: [{}],
  },
});
