import { defineRule, finding, notApplicable, passed } from '../rule.js';

export const correctionWithdrawn = defineRule<{ code: string; left: readonly string[] }>({
  code: 'CG009',
  slug: 'correction-withdrawn',
  severity: 'info',
  certainty: 'exact',
  title: 'A correction is no longer needed and was taken back',
  explanation: [
    'Variables that a correction has set for crio.service (/run/crio-guard/crio.env) win over all files of ' +
      'CRI-O. Before each start it is therefore worked out anew what would be corrected without them. When it ' +
      'is nothing any more, because the configuration was put right, or something else, they are taken away; ' +
      'in doubt they stay.',
  ],
  remedy: ['Nothing has to be done: CRI-O goes by its own configuration again.'],
  references: ['man:crio-guard(8)'],
  messageId: '40b38f273862a97b5740fa0fc5f9cc4b',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    const { withdrawn } = guard;
    return withdrawn === undefined ? passed : finding({ code: withdrawn.code, left: withdrawn.left });
  },
  message: ({ code, left }) =>
    left.length === 0
      ? `The correction of ${code} was no longer needed and was taken back.`
      : `The correction of ${code} was no longer needed and could not be taken back in full: ${left.join('; ')}.`,
  advice: () => ['crio-guard --config'],
  examples: {
    fail: [{ guard: { problems: [], withdrawn: { code: 'CG111', left: [] } } }],
    pass: [{ guard: { problems: [] } }],
  },
});
