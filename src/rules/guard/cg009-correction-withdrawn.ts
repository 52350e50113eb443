import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const correctionWithdrawn = defineRule<{ code: string; left: readonly string[] }>({
  code: 'CG009',
  slug: 'correction-withdrawn',
  severity: 'info',
  certainty: 'exact',
  title: 'A correction is no longer needed and was reverted',
  explanation: [
    'Variables that a correction set for crio.service (/run/crio-guard/crio.env) override all ' +
      'configuration files of CRI-O. Before each start crio-guard therefore checks the configuration ' +
      'without them. If the correction is no longer needed, crio-guard removes the variables. If the result ' +
      'is unknown, they stay.',
  ],
  remedy: ['No action is needed: CRI-O uses its own configuration again.'],
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
      ? `The correction of ${code} was no longer needed and has been reverted.`
      : `The correction of ${code} was no longer needed and could not be reverted completely: ${left.join('; ')}.`,
  advice: () => [command('crio-guard --config')],
  examples: {
    fail: [{ guard: { problems: [], withdrawn: { code: 'CG111', left: [] } } }],
    pass: [{ guard: { problems: [] } }],
  },
});
