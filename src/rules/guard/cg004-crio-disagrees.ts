import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const crioDisagrees = defineRule<{ disagreement: string }>({
  code: 'CG004',
  slug: 'crio-disagrees',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O and crio-guard read the configuration differently',
  explanation: [
    'Before a correction, crio-guard asks the installed CRI-O for its merged configuration (crio config, ' +
      'which has no side effects). The answer differs from the configuration that crio-guard computed, so ' +
      'its other findings are not reliable. The verdict is unknown, crio-guard corrects nothing, and CRI-O ' +
      'may start.',
  ],
  remedy: [
    'Compare "crio-guard --config" with "crio config" and report the difference with a recording ' +
      '("crio-guard --record FILE"): this is a bug in crio-guard.',
  ],
  references: ['man:crio-guard(8)'],
  messageId: '55fe3d921333d3c997388d3132453ccc',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    const { disagreement } = guard;
    return disagreement === undefined ? passed : finding({ disagreement });
  },
  message: ({ disagreement }) => `The installed CRI-O reads its configuration differently: ${disagreement}.`,
  advice: () => [
    command('crio-guard --config'),
    command('crio config 2>/dev/null | grep -A9 "crio.root\\|^# root\\|^root"'),
  ],
  examples: {
    fail: [{ guard: { problems: [], disagreement: 'root is "/srv/b" instead of "/srv/a"' } }],
    pass: [{ guard: { problems: [] } }],
  },
});
