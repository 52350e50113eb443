import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type ModuleState = 'loaded' | 'installed' | 'not-installed' | 'unknown';

type Data = {
  readonly module: ModuleState;
  /** The file that modprobe would load; empty when there is none. */
  readonly file: string;
};

const MEANING: Readonly<Record<ModuleState, string>> = {
  loaded: ' although the zfs module is loaded',
  installed: ': the zfs module is not loaded, but it is installed for the running kernel',
  'not-installed': ': the zfs module is not loaded, and none is installed for the running kernel',
  unknown: '; whether a zfs module is installed for the running kernel is unknown',
};

export const zfsModuleMissing = defineRule<Data>({
  code: 'CG205',
  slug: 'zfs-module-missing',
  severity: 'error',
  certainty: 'exact',
  title: '/dev/zfs does not exist: the zfs module is not loaded',
  explanation: [
    'The zfs driver first opens /dev/zfs (Init in drivers/zfs/zfs.go). The device exists when the zfs ' +
      'module is loaded. zfs-load-module.service usually loads it at boot.',
    'After a kernel upgrade the module is missing when DKMS could not build it for the new kernel. Inside ' +
      'a container the device is missing when the host does not pass it. The module must be loaded on the ' +
      'host.',
  ],
  remedy: [
    'Load the module, if there is one for the running kernel.',
    'Otherwise build or install it for this kernel, or boot the previous kernel.',
    'In a container: use the overlay driver, or pass /dev/zfs from the host.',
  ],
  references: [
    'https://openzfs.github.io/openzfs-docs/Getting%20Started/index.html',
    'https://github.com/openzfs/zfs/issues/9005',
    'dkms(8)',
  ],
  messageId: '56eec5f0cd84bc5490be109ca724d7c5',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['zfs-device-missing'], (_, { input }) => {
      const { module, installedModule } = input.facts.zfs;
      const file = installedModule === undefined ? undefined : valueOf(installedModule);
      const installed = installedModule?.state ?? 'unknown';
      return {
        module:
          module.state === 'known'
            ? 'loaded'
            : installed === 'known'
              ? 'installed'
              : installed === 'absent'
                ? 'not-installed'
                : 'unknown',
        file: file ?? '',
      };
    }),
  message: ({ module }) => `The zfs driver needs /dev/zfs, which does not exist${MEANING[module]}.`,
  advice: ({ module, file }) => {
    switch (module) {
      case 'loaded':
        return [
          sentence('In a container, the host must pass the device. On a host, udev creates it:'),
          command('systemd-detect-virt --container'),
          command('udevadm trigger --action=add --name-match=zfs; ls -l /dev/zfs'),
        ];
      case 'installed':
        return [
          sentence(`The module is ${file}.`),
          command('modprobe zfs'),
          sentence('If that fails, dmesg shows the reason. Then import the pools and mount their datasets:'),
          command('systemctl restart zfs-import-cache.service zfs-mount.service'),
          command('systemctl restart crio.service'),
          sentence('For the next boot:'),
          command('systemctl enable zfs-load-module.service'),
        ];
      case 'not-installed':
      case 'unknown':
        return [
          sentence('Show the kernels that it is built for, and build it for this one:'),
          command('uname -r; dkms status zfs'),
          command(
            'apt-get install "linux-headers-$(uname -r)" && dkms autoinstall && modprobe zfs  # Debian, Ubuntu',
          ),
          sentence('In a container, the module and /dev/zfs must come from the host:'),
          command('systemd-detect-virt --container'),
        ];
    }
  },
  examples: {
    fail: [
      { module: null },
      {
        module: null,
        files: {
          '/lib/modules/6.1.0-56-cloud-amd64/modules.dep':
            'updates/dkms/zfs.ko: updates/dkms/spl.ko\nkernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko\n',
        },
      },
      { module: null, fsname: 'tank/crio' },
      { device: false },
    ],
    pass: [{}, { module: null, driver: 'overlay', graphroot: '/srv/c', datasets: [] }],
  },
});
