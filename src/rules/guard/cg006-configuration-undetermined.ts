import { defineRule, finding, passed } from '../rule.js';

export const configurationUndetermined = defineRule<{ why: string }>({
  code: 'CG006',
  slug: 'configuration-undetermined',
  severity: 'warning',
  certainty: 'exact',
  title: "CRI-O's configuration cannot be worked out",
  explanation: [
    'A file could not be read, or it holds something that CRI-O itself decides by chance. What CRI-O will do ' +
      'cannot be told then; the verdict is unknown, nothing is corrected, and CRI-O may start.',
  ],
  remedy: ['Look at the file the message names.'],
  references: ['man:crio.conf(5)', 'man:containers-storage.conf(5)'],
  messageId: '7a6268987f865e3b95e4da351c8a6df7',
  since: '0.1.0',
  check: ({ configuration }) =>
    configuration.outcome === 'unknown' ? finding({ why: configuration.why }) : passed,
  message: ({ why }) => `CRI-O's configuration cannot be worked out: ${why}.`,
  advice: () => ['crio config >/dev/null'],
  examples: {
    fail: [{ files: { '/etc/crio/crio.conf': '[crio]\nroot = "/srv/a"\nRoot = "/srv/b"\n' } }],
    pass: [{ files: { '/etc/crio/crio.conf': '[crio]\nroot = "/var/lib/crio/containers"\n' } }],
  },
});
