import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command } from '../../text/advice-line.js';

export const twoSpellings = defineRule<{
  readonly files: readonly string[];
  readonly keys: readonly string[];
  readonly spellings: readonly string[];
}>({
  code: 'CG105',
  slug: 'two-spellings',
  severity: 'warning',
  certainty: 'exact',
  title: 'A key is written in two spellings, and the effective one can change at every start',
  explanation: [
    'CRI-O ignores the case of keys (GraphRoot, graphroot), but TOML does not: the parser sees two keys, ' +
      'and both set the same value. The order is that of a Go map, which changes from run to run.',
    'If the values differ, CRI-O may use a different directory after the next start.',
  ],
  remedy: ['Keep one of them, in lower case as in the manual page.'],
  references: ['containers-storage.conf(5)', 'crio.conf(5)'],
  messageId: '26c318efb151f3cfbf1d251e4d2e71a5',
  since: '0.1.0',
  check: (diagnosis) => {
    const notes = notesOfKind(diagnosis, 'two-spellings');
    if (notes.length === 0) return nothingNoted(diagnosis);
    return finding({
      files: [...new Set(notes.map(({ file }) => file))],
      keys: notes.map(({ key }) => key),
      spellings: notes.flatMap(({ spellings }) => spellings),
    });
  },
  message: ({ files, keys, spellings }) =>
    `${files.join(' and ')} ${files.length === 1 ? 'writes' : 'write'} ${keys.join(', ')} in several ` +
    `spellings (${spellings.join(', ')}); the effective one is random.`,
  advice: ({ files, keys }) => {
    const names = [...new Set(keys.map((key) => key.split('.').pop() ?? key))];
    return files.map((file) => command(`grep -niE ${shellWord(names.join('|'))} ${shellWord(file)}`));
  },
  examples: {
    fail: [
      {
        files: {
          '/etc/crio/crio.conf.d/10-storage.conf':
            '[crio]\nroot = "/var/lib/crio/containers"\nRoot = "/var/lib/crio/containers"\n',
        },
      },
    ],
    pass: [{}],
  },
});
