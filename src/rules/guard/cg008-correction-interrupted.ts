import { command } from '../../text/advice-line.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';

export const correctionInterrupted = defineRule<{ code: string; left: readonly string[]; pending: boolean }>({
  code: 'CG008',
  slug: 'correction-interrupted',
  severity: 'warning',
  certainty: 'exact',
  title: 'A correction was interrupted',
  explanation: [
    'The ledger is written before the first action of a correction. This correction was neither finished ' +
      'nor undone: crio-guard was killed, or the machine stopped. The next run that changes something (the ' +
      'next start of CRI-O, --fix or --revert) undoes it first. Changes that are in use by then stay, and ' +
      'the message lists them. Where the ledger cannot be read (other users may not read it), the answer is unknown.',
  ],
  remedy: [
    'If the correction is not undone yet, restart crio.service or run "crio-guard --revert". If the ' +
      'message lists remaining changes, check them. "crio-guard --check" shows the current state.',
  ],
  references: ['man:crio-guard(8)'],
  messageId: '9bfb61d78ffcf1243a6c9a5d55d5bb3d',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    const { interrupted, unread } = guard;
    if (interrupted === undefined) return unread === undefined ? passed : unknownAnswer(unread);
    const { code, left, pending } = interrupted;
    return finding({ code, left, pending });
  },
  message: ({ code, left, pending }) => {
    if (pending) return `The correction of ${code} was interrupted and is not undone yet.`;
    return left.length === 0
      ? `The correction of ${code} was interrupted and has been undone.`
      : `The correction of ${code} was interrupted and could not be undone completely: ${left.join('; ')}.`;
  },
  advice: () => [command('crio-guard --check')],
  examples: {
    fail: [
      { guard: { problems: [], interrupted: { code: 'CG201', left: [], pending: false } } },
      { guard: { problems: [], interrupted: { code: 'CG201', left: [], pending: true } } },
    ],
    pass: [{ guard: { problems: [] } }],
  },
});
