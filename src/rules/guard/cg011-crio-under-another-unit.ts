import { shellWord } from '../../text/shell-word.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { command } from '../../text/advice-line.js';

export const crioUnderAnotherUnit = defineRule<{ readonly units: readonly string[] }>({
  code: 'CG011',
  slug: 'crio-under-another-unit',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O runs under a unit that crio-guard does not guard',
  explanation: [
    'crio-guard runs as a drop-in of crio.service, whose alias is cri-o.service. A CRI-O that another unit starts is ' +
      'neither checked nor corrected before its start. This report speaks of the flags and the environment of ' +
      'crio.service: those of the other unit can differ.',
  ],
  remedy: [
    'Start CRI-O by crio.service, and move the settings of the other unit into a drop-in of it.',
    'Or give that unit the alias crio.service: systemd then reads the drop-ins of crio.service for it too.',
  ],
  references: ['systemd.unit(5), Alias='],
  messageId: 'ecd39d971cd25496173545a9c66b1312',
  since: '0.1.0',
  check({ otherUnits }) {
    if (otherUnits === undefined)
      return notApplicable('it is looked for by hand only, and where ZFS matters');
    if (otherUnits.state === 'unknown') return unknownAnswer(otherUnits.why);
    if (otherUnits.state === 'absent' || otherUnits.value.length === 0) return passed;
    return finding({ units: otherUnits.value });
  },
  message: ({ units }) => `CRI-O runs under ${units.join(', ')}, and crio-guard guards only crio.service.`,
  advice: ({ units }) => [
    command(`systemctl cat -- ${units.map((unit) => shellWord(unit)).join(' ')}`),
    command('systemctl cat crio.service'),
  ],
  examples: {
    fail: [
      {
        files: {
          '/sys/fs/cgroup/system.slice/node-runtime.service/cgroup.procs': '812\n',
          '/proc/812/comm': 'crio\n',
        },
      },
    ],
    pass: [
      {},
      {
        files: {
          '/sys/fs/cgroup/system.slice/crio.service/cgroup.procs': '812\n',
          '/sys/fs/cgroup/system.slice/cri-o.service/cgroup.procs': '812\n',
          '/proc/812/comm': 'crio\n',
        },
      },
      {
        files: {
          '/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs': '5\n',
          '/proc/5/comm': 'sshd\n',
        },
      },
    ],
  },
});
