import { defineRule, finding, notApplicable, passed } from '../rule.js';

export const guardConfigurationBroken = defineRule<{ problems: readonly string[] }>({
  code: 'CG003',
  slug: 'guard-configuration-broken',
  severity: 'warning',
  certainty: 'exact',
  title: "crio-guard's own configuration has a mistake",
  explanation: [
    'Something in /etc/crio-guard could not be read or is not understood. A mistake there never keeps CRI-O ' +
      'from starting, but what was meant is not known either: until it is gone crio-guard only checks and ' +
      'corrects nothing.',
  ],
  remedy: ['Correct the file and line that the message names, then run "crio-guard --check".'],
  references: ['man:crio-guard.conf(5)'],
  messageId: '758ca957c19fad111631245009c7bf2b',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    return guard.problems.length === 0 ? passed : finding({ problems: guard.problems });
  },
  message: ({ problems }) => `crio-guard only checks, because ${problems.join('; ')}.`,
  advice: () => ['man crio-guard.conf'],
  examples: {
    fail: [
      { guard: { problems: ['/etc/crio-guard/crio-guard.conf:1 (mode): "fxi" is not fix, check or off'] } },
    ],
    pass: [{ guard: { problems: [] } }],
  },
});
