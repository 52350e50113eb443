import { SUPPORTED_RANGE } from '../../config/installed-crio/crio-version.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const crioNotSupported = defineRule<{ readonly version: string; readonly support: 'older' | 'newer' }>(
  {
    code: 'CG005',
    slug: 'crio-not-supported',
    severity: 'warning',
    certainty: 'exact',
    title: 'This version of CRI-O is not supported',
    explanation: [
      `Predictions are exact for CRI-O ${SUPPORTED_RANGE}. For an older or newer version the nearest supported one is ` +
        'followed, and that is not a proof: a predicted failure neither stops the start nor is corrected, until the ' +
        'last start of this CRI-O has failed with the predicted message.',
    ],
    remedy: [
      'Newer CRI-O: install a crio-guard that supports it.',
      `Older CRI-O: upgrade it to a supported version (${SUPPORTED_RANGE}).`,
    ],
    references: ['man:crio-guard(8)'],
    messageId: '77525907241935101fd56bba764f8c4d',
    since: '0.1.0',
    check({ crioVersion }) {
      if (crioVersion === undefined) return notApplicable('nothing depended on the version of CRI-O');
      const { support, text } = crioVersion;
      return support === 'supported' ? passed : finding({ version: text, support });
    },
    message: ({ version, support }) =>
      support === 'older'
        ? `CRI-O ${version} is older than the supported versions (${SUPPORTED_RANGE}): what it does differently is unknown.`
        : `CRI-O ${version} is newer than the supported versions (${SUPPORTED_RANGE}): what changed in it is unknown.`,
    advice: ({ support }) =>
      support === 'older'
        ? [command('crio --version')]
        : [command('crio-guard --version'), command('crio --version')],
    examples: {
      fail: [
        { crioVersion: '1.99.0', graphroot: '/var/lib/crio' },
        { crioVersion: '1.28.11', graphroot: '/var/lib/crio' },
      ],
      pass: [
        { crioVersion: '1.29.0', graphroot: '/var/lib/crio' },
        { crioVersion: '1.37.0', graphroot: '/var/lib/crio' },
      ],
    },
  },
);
