import { defineRule } from '../rule.js';
import { unitDropInCommand, unitSetting } from '../shared/setting.js';
import { whenRefused } from './refusal.js';

type Data = {
  readonly path: string;
};

export const zfsCommandMissing = defineRule<Data>({
  code: 'CG204',
  slug: 'zfs-command-missing',
  severity: 'error',
  certainty: 'exact',
  title: 'There is no zfs command on the PATH of crio.service',
  explanation: [
    'The zfs driver creates, clones and destroys datasets by running the zfs command, and looks for it on the ' +
      'PATH as the first thing it does (Init in drivers/zfs/zfs.go, exec.LookPath). What counts is the PATH that ' +
      'systemd gives to crio.service, not that of a login shell.',
  ],
  remedy: [
    'Install the tools of OpenZFS: zfsutils-linux (Debian, Ubuntu), zfs (Fedora), sys-fs/zfs (Gentoo).',
    'Where they lie elsewhere, add their directory to the PATH of crio.service.',
    'On NixOS: systemd.services.crio.path = [ pkgs.zfs ], which virtualisation.cri-o.storageDriver = "zfs" does by itself.',
  ],
  references: ['https://github.com/NixOS/nixpkgs/issues/47568', 'systemd.exec(5)'],
  messageId: '8304f3fee13825431578ada882d436b5',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['zfs-command-missing'], (_, { input }) => ({ path: input.facts.service.path })),
  message: ({ path }) =>
    `The zfs driver needs the zfs command, and none of the directories on the PATH of crio.service has it: ${path}.`,
  advice: ({ path }) => [
    'See whether it is installed at all, and where:',
    'command -v zfs',
    'Not there: apt-get install zfsutils-linux (Debian, Ubuntu), dnf install zfs (Fedora).',
    'There, in a DIRECTORY that crio.service does not look into:',
    unitDropInCommand('CG204', 'Service', unitSetting('Environment', `PATH=${path}:DIRECTORY`)),
    'systemctl restart crio.service',
  ],
  examples: {
    fail: [{ command: false }, { environment: { PATH: '/opt/path' } }],
    pass: [{}, { command: false, driver: 'overlay', graphroot: '/srv/c' }],
  },
});
