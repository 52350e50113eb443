import { defineRule, finding, notApplicable, passed } from '../rule.js';

export const crioNotMeasured = defineRule<{ version: string }>({
  code: 'CG005',
  slug: 'crio-not-measured',
  severity: 'warning',
  certainty: 'exact',
  title: 'This CRI-O is newer than any that was measured',
  explanation: [
    'What crio-guard foresees was measured with CRI-O up to 1.36. A newer one is taken to behave like it, but ' +
      'that is no proof: a predicted failure neither stops the start nor is corrected, until the last start of ' +
      'this CRI-O has failed in the predicted words.',
  ],
  remedy: ['Use a crio-guard that knows this version.'],
  references: ['man:crio-guard(8)'],
  messageId: '77525907241935101fd56bba764f8c4d',
  since: '0.1.0',
  check({ crioVersion }) {
    if (crioVersion === undefined) return notApplicable('nothing depended on the version of CRI-O');
    return crioVersion.measured ? passed : finding({ version: crioVersion.text });
  },
  message: ({ version }) =>
    `CRI-O ${version} was never measured, so what is foreseen of it neither stops the start nor is corrected.`,
  advice: () => ['crio-guard --version', 'crio --version'],
  examples: {
    fail: [{ crioVersion: '1.99.0', graphroot: '/var/lib/crio' }],
    pass: [{ crioVersion: '1.36.3', graphroot: '/var/lib/crio' }],
  },
});
