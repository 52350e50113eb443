import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const guardConfigurationBroken = defineRule<{ problems: readonly string[] }>({
  code: 'CG003',
  slug: 'guard-configuration-broken',
  severity: 'warning',
  certainty: 'exact',
  title: 'The configuration or the state of crio-guard contains a mistake',
  explanation: [
    'crio-guard could not read or parse a file in /etc/crio-guard or its ledger in /var/lib/crio-guard, or a user ' +
      'other than root can write the file. This never keeps CRI-O from starting. A key with a mistake has its ' +
      'default value, crio-guard ignores a file that others can write, and it corrects nothing until the mistake ' +
      'is corrected. Where a file could not be read at all (its storage does not answer, or other users may ' +
      'not read it), the answer is unknown.',
  ],
  remedy: [
    'Correct the line named in the message, or make the file writable by root alone (chown root, chmod go-w). ' +
      'Then run "crio-guard --check".',
  ],
  references: ['man:crio-guard.conf(5)'],
  messageId: '758ca957c19fad111631245009c7bf2b',
  since: '0.1.0',
  check({ guard }) {
    if (guard === undefined) return notApplicable('only the machine is looked at');
    const { unreadConfiguration = [] } = guard;
    if (unreadConfiguration.length > 0) return unknownAnswer(...unreadConfiguration);
    return guard.problems.length === 0 ? passed : finding({ problems: guard.problems });
  },
  message: ({ problems }) => `crio-guard corrects nothing: ${problems.join('; ')}.`,
  advice: () => [command('man crio-guard.conf')],
  examples: {
    fail: [
      { guard: { problems: ['/etc/crio-guard/crio-guard.conf:1 (mode): "fxi" is not fix, check or off'] } },
    ],
    pass: [{ guard: { problems: [] } }],
  },
});
