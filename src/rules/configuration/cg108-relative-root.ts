import { tomlWord } from '../shared/setting.js';
import { describeOrigin } from '../../config/origin.js';
import { defineRule, finding } from '../rule.js';
import { whereZfsMatters } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { fileLine, sentence } from '../../text/advice-line.js';

export const relativeRoot = defineRule<{
  readonly setting: string;
  readonly value: string;
  readonly becomes: string;
  readonly from: string;
}>({
  code: 'CG108',
  slug: 'relative-root',
  severity: 'warning',
  certainty: 'exact',
  title: 'graphroot, runroot or imagestore is a relative path',
  explanation: [
    'containers/storage resolves a relative root against the working directory of CRI-O (filepath.Abs in ' +
      'GetStore, store.go). Under systemd that is /. When an administrator starts CRI-O by hand it is their ' +
      'current directory. The same configuration then names two places.',
    '"~" is never expanded, and $HOME only in storage.conf.',
  ],
  remedy: ['Write an absolute path.'],
  references: ['containers-storage.conf(5)', 'https://github.com/containers/podman/issues/19678'],
  messageId: '78c0496e803f3af25da167698a8703e1',
  since: '0.1.0',
  check: (diagnosis) =>
    whereZfsMatters(diagnosis, () => {
      const [note] = notesOfKind(diagnosis, 'relative-root');
      if (note === undefined) return nothingNoted(diagnosis);
      const { setting, value, becomes, origin } = note;
      return finding({ setting, value, becomes, from: describeOrigin(origin) });
    }),
  message: ({ setting, value, becomes }) =>
    `${setting} is the relative path ${JSON.stringify(value)}, which crio.service resolves to ${becomes}.`,
  advice: ({ becomes, from }) => [
    sentence(`It is set by ${from}. If this is the intended directory, write the absolute path there:`),
    fileLine(tomlWord(becomes)),
  ],
  examples: {
    fail: [{ flags: ['--root', 'var/lib/crio/containers'] }],
    pass: [{}],
  },
});
