import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const crioNotInstalled = defineRule<{ program: string }>({
  code: 'CG010',
  slug: 'crio-not-installed',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O is not installed',
  explanation: [
    'The program that crio.service starts is missing, or no program with the name crio is in the usual directories. ' +
      'The report says what the configuration on this host would do with the newest supported version of CRI-O. ' +
      'That is not exact, since the version that will be installed is unknown.',
  ],
  remedy: [
    'Install CRI-O, or name the version that you plan to install: "crio-guard --check --crio-version=V".',
  ],
  references: ['man:crio-guard(8)'],
  messageId: 'b1c7d0d54e0f4c3fa7d86e2f0a94c61b',
  since: '0.1.0',
  check({ crioProgram }) {
    if (crioProgram === undefined) return notApplicable('nobody asked for the installed CRI-O');
    const { path, status } = crioProgram;
    if (status.state === 'unknown') return unknownAnswer(status.why);
    return status.state === 'absent' ? finding({ program: path }) : passed;
  },
  message: ({ program }) => `CRI-O is not installed: ${program} is missing.`,
  advice: () => [command('crio-guard --check --crio-version=1.36.3')],
  examples: {
    fail: [{ crio: false }],
    pass: [{}],
  },
});
