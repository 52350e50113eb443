import { defineRule } from '../rule.js';
import { unitSetting } from '../shared/setting.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly path: string;
};

export const zfsCommandMissing = defineRule<Data>({
  code: 'CG204',
  slug: 'zfs-command-missing',
  severity: 'error',
  certainty: 'exact',
  title: 'The zfs command is not on the PATH of crio.service',
  explanation: [
    'The zfs driver runs the zfs command to create, clone and destroy datasets, and first searches the ' +
      'PATH for it (exec.LookPath in Init, drivers/zfs/zfs.go). It uses the PATH that systemd gives to ' +
      'crio.service, not that of a login shell.',
  ],
  remedy: [
    'Install the tools of OpenZFS: zfsutils-linux (Debian, Ubuntu), zfs (Fedora), sys-fs/zfs (Gentoo).',
    'If they are in another directory, add it to the PATH of crio.service.',
    'On NixOS: systemd.services.crio.path = [ pkgs.zfs ], which virtualisation.cri-o.storageDriver = "zfs" does by itself.',
  ],
  references: ['https://github.com/NixOS/nixpkgs/issues/47568', 'systemd.exec(5)'],
  messageId: '8304f3fee13825431578ada882d436b5',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['zfs-command-missing'], (_, { input }) => ({ path: input.facts.service.path })),
  message: ({ path }) =>
    `The zfs driver needs the zfs command, but it is not on the PATH of crio.service: ${path}.`,
  advice: ({ path }) => [
    sentence('Check whether it is installed, and where:'),
    command('command -v zfs'),
    sentence(
      'If it is not installed: apt-get install zfsutils-linux (Debian, Ubuntu), dnf install zfs (Fedora).',
    ),
    sentence('If it is in another directory, add that directory to the PATH of crio.service:'),
    command('systemctl edit crio.service'),
    sentence('[Service]'),
    sentence(unitSetting('Environment', `PATH=${path}:DIRECTORY`)),
    sentence('Then start CRI-O again.'),
  ],
  examples: {
    fail: [{ command: false }, { environment: { PATH: '/opt/path' } }],
    pass: [{}, { command: false, driver: 'overlay', graphroot: '/srv/c' }],
  },
});
