import { defineRule, finding, notApplicable, passed } from '../rule.js';

export const crioDisagrees = defineRule<{ disagreement: string }>({
  code: 'CG004',
  slug: 'crio-disagrees',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O reads its own configuration differently than crio-guard',
  explanation: [
    'Before anything is corrected the installed CRI-O is asked for its merged configuration (crio config), ' +
      'which has no side effects. Its answer is not what crio-guard worked out, so nothing that was said of ' +
      'this node is reliable: the verdict is unknown, nothing is corrected, and CRI-O may start.',
  ],
  remedy: [
    'Compare "crio-guard --config" with "crio config" and report the difference with a recording ' +
      '("crio-guard --record FILE"): it is a mistake of crio-guard.',
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
  advice: () => ['crio-guard --config', 'crio config 2>/dev/null | grep -A9 "crio.root\\|^# root\\|^root"'],
  examples: {
    fail: [{ guard: { problems: [], disagreement: 'root is "/srv/b" instead of "/srv/a"' } }],
    pass: [{ guard: { problems: [] } }],
  },
});
