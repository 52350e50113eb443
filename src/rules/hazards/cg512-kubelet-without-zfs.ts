import { unitSetting } from '../shared/setting.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { command, fileLine, sentence } from '../../text/advice-line.js';

export const kubeletWithoutZfs = defineRule<{
  readonly unit: string;
  readonly path: string;
  readonly program: string;
}>({
  code: 'CG512',
  slug: 'kubelet-without-zfs',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'kubelet does not find the zfs command',
  explanation: [
    'cAdvisor inside kubelet runs "zfs" to learn how much space layers take. Where kubelet.service has ' +
      'a PATH without it, kubelet logs "zfs: executable file not found in $PATH", has no figures for ' +
      'images and containers, and with some versions ends with "cannot find filesystem info for device".',
    'CRI-O is not affected: it has its own PATH. This rule reads the files of kubelet.service; it does not ' +
      'see a PATH from an EnvironmentFile or from the manager.',
  ],
  remedy: [
    'Add the directory of the zfs command to the PATH of kubelet.service. On NixOS: ' +
      'systemd.services.kubelet.path.',
  ],
  references: [
    'https://github.com/NixOS/nixpkgs/issues/47568',
    'https://github.com/kubernetes-sigs/kind/issues/4229',
  ],
  messageId: 'a709011e4075a76c67ea372666f18ac7',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { surroundings, zfs } = input.facts;
      const kubelet = surroundings?.kubelet;
      if (kubelet === undefined || kubelet.state === 'absent') return notApplicable('no kubelet.service');
      if (kubelet.state === 'unknown') return unknownAnswer(kubelet.why);
      const { unit, path, zfs: found } = kubelet.value;
      if (found.state === 'unknown') return unknownAnswer(found.why);
      if (found.state === 'known') return passed;
      return finding({ unit, path, program: zfs.command.state === 'known' ? zfs.command.value : 'zfs' });
    }),
  message: ({ unit, program }) =>
    `kubelet will not find ${program}: its PATH (${unit}) does not lead there, so it cannot measure the ` +
    'space of layers.',
  advice: ({ path, program }) => {
    const directory = program.replace(/\/[^/]*$/, '') || '/usr/sbin';
    return [
      command('systemctl edit kubelet.service'),
      sentence('Add:'),
      fileLine('[Service]'),
      fileLine(unitSetting('Environment', `PATH=${path}:${directory}`)),
      command('systemctl restart kubelet.service'),
    ];
  },
  examples: {
    fail: [
      {
        files: {
          '/etc/systemd/system/kubelet.service':
            '[Service]\nEnvironment="PATH=/opt/kubernetes/bin"\nExecStart=/opt/kubernetes/bin/kubelet\n',
        },
      },
    ],
    pass: [
      { files: { '/etc/systemd/system/kubelet.service': '[Service]\nExecStart=/usr/bin/kubelet\n' } },
      {},
    ],
  },
});
