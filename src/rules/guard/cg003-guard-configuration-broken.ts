import { defineRule, finding, notApplicable, passed } from '../rule.js';

export const guardConfigurationBroken = defineRule<{ problems: readonly string[] }>({
  code: 'CG003',
  slug: 'guard-configuration-broken',
  severity: 'warning',
  certainty: 'exact',
  title: "crio-guard's own configuration or state has a mistake",
  explanation: [
    'A file in /etc/crio-guard, or the ledger of corrections in /var/lib/crio-guard, could not be read, has a ' +
      'mistake, or can be written by somebody else than root. It never keeps CRI-O from starting. A key with a ' +
      'mistake has its default, a file that others can write is not obeyed, and nothing is corrected until this ' +
      'is put right.',
  ],
  remedy: [
    'Correct the file and line that the message names, or give the file to root alone (chown root, chmod go-w). ' +
      'Then run "crio-guard --check".',
  ],
  references: ['man:crio-guard.conf(5)'],
  messageId: '758ca957c19fad111631245009c7bf2b',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    return guard.problems.length === 0 ? passed : finding({ problems: guard.problems });
  },
  message: ({ problems }) => `crio-guard corrects nothing: ${problems.join('; ')}.`,
  advice: () => ['man crio-guard.conf'],
  examples: {
    fail: [
      { guard: { problems: ['/etc/crio-guard/crio-guard.conf:1 (mode): "fxi" is not fix, check or off'] } },
    ],
    pass: [{ guard: { problems: [] } }],
  },
});
