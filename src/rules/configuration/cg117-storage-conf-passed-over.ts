import { defineRule, finding } from '../rule.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const storageConfPassedOver = defineRule<{ readonly file: string; readonly detail: string }>({
  code: 'CG117',
  slug: 'storage-conf-passed-over',
  severity: 'warning',
  certainty: 'exact',
  title: 'containers/storage ignores a broken storage.conf without an error',
  explanation: [
    'With XDG_CONFIG_HOME set for crio.service, containers/storage reads the storage.conf in that ' +
      'directory first, and ignores an error in the storage.conf of the system ' +
      '(reloadConfigurationFileIfNeeded in types/options.go). CRI-O then starts with built-in defaults ' +
      'instead of the values in the file.',
  ],
  remedy: [
    'Correct the file, and remove XDG_CONFIG_HOME from the environment of crio.service: a system service ' +
      'does not need it.',
  ],
  references: ['containers-storage.conf(5)'],
  messageId: '1d43fc5608bcfd9f464a2f27a751a60f',
  since: '0.1.0',
  check: (diagnosis) => {
    const [note] = notesOfKind(diagnosis, 'storage-conf-passed-over');
    return note === undefined ? nothingNoted(diagnosis) : finding({ file: note.file, detail: note.detail });
  },
  message: ({ detail }) => `${detail}.`,
  advice: () => [
    command('systemctl show crio.service -p Environment'),
    sentence('Show the values that CRI-O uses:'),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [
      {
        environment: { XDG_CONFIG_HOME: '/root/.config' },
        files: {
          '/root/.config/containers/storage.conf': '[storage]\ndriver = "zfs"\n',
          '/etc/containers/storage.conf': '[storage\n',
        },
      },
    ],
    pass: [{}],
  },
});
