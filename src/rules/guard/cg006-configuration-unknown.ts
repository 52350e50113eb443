import { defineRule, finding, passed } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const configurationUnknown = defineRule<{ why: string }>({
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
  check: ({ configuration }) =>
    configuration.kind === 'unknown' ? finding({ why: configuration.why }) : passed,
  message: ({ why }) => `The configuration of CRI-O is unknown: ${why}.`,
  advice: () => [command('crio config >/dev/null')],
  examples: {
    fail: [{ files: { '/etc/crio/crio.conf': '[crio]\nroot = "/srv/a"\nRoot = "/srv/b"\n' } }],
    pass: [{ files: { '/etc/crio/crio.conf': '[crio]\nroot = "/var/lib/crio/containers"\n' } }],
  },
});
