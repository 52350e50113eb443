import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import type { RefusalCause } from '../../config/refusal.js';
import type { Diagnosis } from '../rule.js';
import { command, sentence } from '../../text/advice-line.js';

type Kind = 'unreadable' | 'dangling' | 'directory';

export const strayFileStops = defineRule<{
  readonly file: string;
  readonly kind: Kind;
  readonly words: string;
}>({
  code: 'CG102',
  slug: 'stray-file-stops',
  severity: 'error',
  certainty: 'exact',
  title: 'A file in crio.conf.d that is not a configuration file stops CRI-O',
  explanation: [
    'CRI-O reads every file in crio.conf.d, regardless of its name (UpdateFromPath in ' +
      'pkg/config/config.go, with filepath.Walk). A file that it cannot parse as TOML stops it: a README, ' +
      'the swap file of an editor, an incomplete copy.',
    'A symlink with a missing target stops CRI-O with "no such file or directory". A symlink to a ' +
      'directory stops it with "is a directory", and so does a crio.conf.d that is itself a symlink: the ' +
      'walk does not follow links to directories.',
  ],
  remedy: [
    'Move the file out of crio.conf.d.',
    'Replace a symlink to a directory with the directory, or with symlinks to its files.',
  ],
  references: ['crio.conf.d(5)', 'crio.conf(5)'],
  messageId: '5d569f15724aed7ced250274350a254a',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    if (configuration.kind !== 'refused') return nothingNoted(diagnosis);
    const { cause, reason } = configuration.refusal;
    const kind = strayKind(diagnosis, cause);
    if (kind === undefined) return nothingNoted(diagnosis);
    return finding({ file: cause.file ?? '', kind, words: reason });
  },
  message: ({ file, kind, words }) => `${WHAT[kind](file)}, which stops CRI-O: ${words}`,
  advice: ({ file, kind }) =>
    kind === 'directory'
      ? [
          command(`readlink -f ${shellWord(file)}`),
          sentence('CRI-O does not follow it. Link or copy the files one by one instead.'),
        ]
      : [
          command(`ls -l ${shellWord(file)}`),
          sentence('Move it out of the directory, so that CRI-O does not read it:'),
          command(`mv -i ${shellWord(file)} /root/`),
          command('systemctl restart crio'),
        ],
  examples: {
    fail: [
      { files: { '/etc/crio/crio.conf.d/README': 'Put your files here.\n' } },
      { symlinks: { '/etc/crio/crio.conf.d/10-storage.conf': '/srv/gone.conf' } },
      {
        files: { '/srv/conf/10-storage.conf': '[crio]\n' },
        symlinks: { '/etc/crio/crio.conf.d': '/srv/conf' },
      },
    ],
    pass: [{}, { files: { '/etc/crio/crio.conf.d/README': '# nothing to see\n' } }],
  },
});

const WHAT: Readonly<Record<Kind, (file: string) => string>> = {
  unreadable: (file) => `${file} is not a configuration file`,
  dangling: (file) => `${file} is a symlink with a missing target`,
  directory: (file) => `${file} is a symlink to a directory`,
};

/** Whether a refusal is that of something stray; all others are CG103's. */
export function strayKind(diagnosis: Diagnosis, { kind, file }: RefusalCause): Kind | undefined {
  if (kind === 'drop-in-missing') return 'dangling';
  if (kind === 'drop-in-is-directory') return 'directory';
  const stray = notesOfKind(diagnosis, 'accidental-drop-in').some(
    (note) => note.effect === 'stops' && note.file === file,
  );
  return kind === 'drop-in-broken' && stray ? 'unreadable' : undefined;
}
