import { defineRule, finding, notApplicable, passed } from '../rule.js';

export const correctionInterrupted = defineRule<{ code: string; left: readonly string[] }>({
  code: 'CG008',
  slug: 'correction-interrupted',
  severity: 'warning',
  certainty: 'exact',
  title: 'A correction had been cut off in the middle',
  explanation: [
    'The ledger is written before the first action of a correction. This one was begun and neither finished ' +
      'nor taken back: crio-guard was killed, or the machine went down. The next run takes it back before it ' +
      'does anything else. What came to be used in between is left as it is and named.',
  ],
  remedy: ['If something was left, look at it; then "crio-guard --check" says how things stand.'],
  references: ['man:crio-guard(8)'],
  messageId: '9bfb61d78ffcf1243a6c9a5d55d5bb3d',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    const { interrupted } = guard;
    return interrupted === undefined ? passed : finding({ code: interrupted.code, left: interrupted.left });
  },
  message: ({ code, left }) =>
    left.length === 0
      ? `The correction of ${code} had been cut off and was taken back.`
      : `The correction of ${code} had been cut off and could not be taken back in full: ${left.join('; ')}.`,
  advice: () => ['crio-guard --check'],
  examples: {
    fail: [{ guard: { problems: [], interrupted: { code: 'CG201', left: [] } } }],
    pass: [{ guard: { problems: [] } }],
  },
});
