import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { driverAdvice } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly graphroot: string;
  readonly drivers: readonly string[];
  /** Those of them that have images. */
  readonly used: readonly string[];
};

export const severalPriorDrivers = defineRule<Data>({
  code: 'CG212',
  slug: 'several-prior-drivers',
  severity: 'error',
  certainty: 'exact',
  title: 'No driver is set, and graphroot holds directories of several drivers',
  explanation: [
    'When no driver is set, containers/storage uses the driver that was used before: it searches ' +
      'graphroot for directories named after drivers (ScanPriorDrivers in drivers/driver.go), and refuses ' +
      'to start when it finds several. A failed start also leaves such a directory, but an empty one.',
  ],
  remedy: [
    'Set the driver in crio.conf or storage.conf. This is recommended on ZFS in any case.',
    'Remove the directory of a driver that was never used, if it is empty.',
  ],
  references: ['crio.conf(5)', 'containers-storage.conf(5)'],
  messageId: '405b90f9674e696304374479666dec36',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['several-prior-drivers'], ({ drivers }, { input }) => {
      const { store } = input.facts;
      const names = new Set((valueOf(store.entries) ?? []).map(({ name }) => name));
      return {
        graphroot: input.request.graphroot,
        drivers,
        used: drivers.filter((driver) => names.has(`${driver}-images`) || names.has(`${driver}-layers`)),
      };
    }),
  message: ({ graphroot, drivers }) =>
    `No storage driver is set, and ${graphroot} holds directories of ${drivers.join(' and ')}, so CRI-O refuses to start.`,
  advice: ({ graphroot, drivers, used }) => {
    const [only] = used;
    const chosen =
      used.length === 1 && only !== undefined ? only : drivers.includes('zfs') ? 'zfs' : 'overlay';
    const unused = drivers.filter((driver) => !used.includes(driver) && driver !== chosen);
    return [
      used.length === 0
        ? sentence('None of them holds images.')
        : sentence(`Images or layers were stored with: ${used.join(', ')}.`),
      used.length > 1
        ? sentence('Set the intended driver. CRI-O will not see the data of the others:')
        : sentence('Set the driver:'),
      driverAdvice('CG212', chosen, ''),
      command('systemctl restart crio.service'),
      ...unused.map((driver) =>
        command(`rmdir ${shellWord(`${graphroot}/${driver}`)}  # only works when it is empty`),
      ),
    ];
  },
  examples: {
    fail: [
      {
        driver: '',
        files: { '/var/lib/crio/containers/zfs/': '', '/var/lib/crio/containers/vfs/': '' },
      },
    ],
    pass: [
      { driver: '', files: { '/var/lib/crio/containers/zfs/': '' } },
      { files: { '/var/lib/crio/containers/zfs/': '', '/var/lib/crio/containers/vfs/': '' } },
    ],
  },
});
