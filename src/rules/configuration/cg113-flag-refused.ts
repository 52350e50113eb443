import { defineRule, finding } from '../rule.js';
import { nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const flagRefused = defineRule<{ readonly flag: string; readonly words: string }>({
  code: 'CG113',
  slug: 'flag-refused',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O refuses a flag or a variable of its command line',
  explanation: [
    'Before it reads any file, CRI-O parses its flags and the matching CONTAINER_ variables (urfave/cli). ' +
      'It stops at an unknown flag, a missing value, or a value of the wrong type.',
    'The flags are those of ExecStart in crio.service with all its drop-ins, where CRIO_STORAGE_OPTIONS ' +
      'and similar variables come from /etc/sysconfig/crio or /etc/default/crio. systemd splits $NAME at ' +
      'spaces, but not ${NAME}: with braces, several flags become one unknown flag.',
  ],
  remedy: ['Correct the flag in the unit or in its environment file, then reload systemd.'],
  references: ['crio(8)', 'systemd.service(5), COMMAND LINES'],
  messageId: 'fee161961d9caf7cb0034c558927fb86',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    if (configuration.kind !== 'refused' || configuration.refusal.cause.kind !== 'flag-refused')
      return nothingNoted(diagnosis);
    const { cause, message } = configuration.refusal;
    return finding({ flag: cause.key ?? '', words: message });
  },
  message: ({ flag, words }) =>
    flag === '' ? `CRI-O refuses its command line: ${words}` : `CRI-O refuses ${flag}: ${words}`,
  advice: () => [
    command('systemctl cat crio.service'),
    command('systemctl show crio.service -p ExecStart -p Environment -p EnvironmentFiles'),
    sentence('After the correction:'),
    command('systemctl daemon-reload && systemctl restart crio'),
  ],
  examples: {
    fail: [{ flags: ['--storage-drive', 'zfs'] }, { flags: ['--root'] }],
    pass: [{}, { flags: ['--storage-driver', 'zfs'] }],
  },
});
