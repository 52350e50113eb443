import { defineRule, finding, passed } from '../rule.js';
import { command, sentence } from '../../text/advice-line.js';

export const configurationUnknown = defineRule<{ readonly why: string; readonly isInstalled: boolean }>({
  code: 'CG006',
  slug: 'configuration-unknown',
  severity: 'warning',
  certainty: 'exact',
  title: 'The configuration of CRI-O is unknown',
  explanation: [
    'crio-guard could not read a file, or the result depends on the random order of a Go map. crio-guard ' +
      'then cannot predict whether CRI-O will start. The verdict is unknown, crio-guard corrects nothing, ' +
      'and CRI-O may start.',
  ],
  remedy: ['Check the file named in the message.'],
  references: ['man:crio.conf(5)', 'man:containers-storage.conf(5)'],
  messageId: '7a6268987f865e3b95e4da351c8a6df7',
  since: '0.1.0',
  check: ({ configuration, crioProgram }) =>
    configuration.kind === 'unknown'
      ? finding({ why: configuration.why, isInstalled: crioProgram?.status.state !== 'absent' })
      : passed,
  message: ({ why }) => `The configuration of CRI-O is unknown: ${why}.`,
  advice: ({ isInstalled }) =>
    isInstalled
      ? [command('crio config >/dev/null')]
      : [sentence('Correct the file or the flag that the message names: CRI-O is not there to be asked.')],
  examples: {
    fail: [
      { files: { '/etc/crio/crio.conf': '[crio]\nroot = "/srv/a"\nRoot = "/srv/b"\n' } },
      { crio: false, files: { '/etc/crio/crio.conf': '[crio]\nroot = "/srv/a"\nRoot = "/srv/b"\n' } },
    ],
    pass: [{ files: { '/etc/crio/crio.conf': '[crio]\nroot = "/var/lib/crio/containers"\n' } }],
  },
});
