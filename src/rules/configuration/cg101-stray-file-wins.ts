import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const strayFileWins = defineRule<{
  readonly files: readonly string[];
  readonly appearances: readonly string[];
}>({
  code: 'CG101',
  slug: 'stray-file-wins',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'A file that looks like a leftover sets the storage of CRI-O',
  explanation: [
    'CRI-O reads every file in crio.conf.d, including subdirectories, regardless of its name ' +
      '(UpdateFromPath in pkg/config/config.go): README, *.bak, *~, *.rpmsave, *.dpkg-old and swap files of ' +
      'editors like any other file. CRI-O reads them in byte order of their names, and the last one wins.',
    'A backup copy such as 99-storage.conf.bak sorts after 99-storage.conf, so the copy overrides the ' +
      'original. The journal only shows an info line with its name.',
  ],
  remedy: [
    'Move the file out of crio.conf.d. If the settings are intended, give the file a name that ends in ' +
      '.conf.',
  ],
  references: ['crio.conf.d(5)', 'crio.conf(5)'],
  messageId: 'd733f72619fa5b4a3933dcacd73a016c',
  since: '0.1.0',
  check: (diagnosis) => {
    const notes = notesOfKind(diagnosis, 'accidental-drop-in').filter(
      ({ effect, file, appearance }) => effect === 'sets' && !(appearance === 'no .conf' && isWritten(file)),
    );
    if (notes.length === 0) return nothingNoted(diagnosis);
    return finding({
      files: notes.map(({ file }) => file),
      appearances: notes.map(({ appearance }) => appearance),
    });
  },
  message: ({ files, appearances }) => {
    const named = files.map((file, index) => `${file} (${LOOKS[appearances[index] ?? ''] ?? 'left over'})`);
    return `CRI-O takes its storage settings from ${named.join(' and ')}, which may be a leftover.`;
  },
  advice: ({ files }) => [
    sentence('Show each setting and its origin:'),
    command('crio-guard --config'),
    ...files.map((file) => command(`cat ${shellWord(file)}`)),
    sentence('If the file is a leftover, and no program writes it again:'),
    ...files.map((file) => command(`mv -i ${shellWord(file)} /root/`)),
  ],
  examples: {
    fail: [
      {
        files: {
          '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nroot = "/var/lib/crio/containers"\n',
          '/etc/crio/crio.conf.d/10-storage.conf.bak': '[crio]\nroot = "/var/lib/crio/containers-old"\n',
        },
      },
    ],
    pass: [
      { files: { '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nroot = "/var/lib/crio/containers"\n' } },
      { files: { '/etc/crio/crio.conf.d/99-kata-deploy': '[crio]\nroot = "/var/lib/crio/containers"\n' } },
      { files: { '/etc/crio/crio.conf.d/README': '# files here are read in order\n' } },
    ],
  },
});

/** Deployers that write a file without .conf, on purpose and again at each deployment. */
const isWritten = (file: string): boolean => /\/\d\d-(?:kata-deploy|nvidia)[^/.]*$/.test(file);

const LOOKS: Readonly<Record<string, string>> = {
  backup: 'it looks like a backup',
  'package leftover': 'it looks like a file that a package manager saved',
  'swap file': 'it looks like a swap file of an editor',
  hidden: 'a hidden file',
  text: 'it looks like documentation',
  'no .conf': 'its name does not end in .conf',
};
