import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const flagsThatDoNotReach = defineRule<{
  readonly dataset: string;
  readonly properties: readonly string[];
}>({
  code: 'CG511',
  slug: 'flags-that-do-not-reach',
  severity: 'info',
  certainty: 'exact',
  title: 'exec=off or setuid=off does not reach the layers',
  explanation: [
    'On Linux exec, setuid and devices are mount flags that "zfs mount" adds; the kernel module does nothing ' +
      'for them. containers/storage mounts layers itself, as mountpoint=legacy and with its own options ' +
      '(Get() in drivers/zfs/zfs.go), so the layer is mounted without them, whatever it inherits.',
    'So containers run as usual, and this is not a fault. But the properties do not protect the layers. ' +
      'devices=off alone is not reported: root file systems are often set up with it, and a container sees ' +
      'only its own devices.',
    'Seen on OpenZFS 2.1.11 with containers/storage 1.57 and 1.64: the dataset was mounted ' +
      'nosuid,nodev,noexec and refused to run a program; its layer was mounted without the three, ran the ' +
      'program, let a setuid program become root, and let a device be opened.',
  ],
  remedy: [
    'Nothing.',
    'If layers must be mounted with such a flag, set zfs.mountopt: nodev is harmless, noexec and nosuid break ' +
      'most containers.',
  ],
  references: [
    'zfsprops(7)',
    'containers-storage.conf(5), mountopt',
    'https://github.com/lxc/lxd/issues/4084',
  ],
  messageId: '47bb15f4afbaa895955dfb5110d990d8',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, (_, { dataset }) => {
      const { name } = dataset;
      const { exec, setuid, devices } = dataset.properties;
      const properties = Object.entries({ exec, setuid, devices }).flatMap(([property, value]) =>
        value === 'off' ? [`${property}=off`] : [],
      );
      const isMeant = exec === 'off' || setuid === 'off';
      return isMeant ? finding({ dataset: name, properties }) : passed;
    }),
  message: ({ dataset, properties }) =>
    `${properties.join(', ')} of ${dataset} ${properties.length === 1 ? 'does' : 'do'} not reach ` +
    `layers, which are mounted without ${properties.length === 1 ? 'it' : 'them'}.`,
  advice: ({ dataset }) => [
    sentence('Nothing to do. To see where the properties come from:'),
    command(`zfs get -o name,property,value,source exec,setuid,devices ${shellWord(dataset)}`),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { exec: 'off', setuid: 'off', devices: 'off' },
          },
        ],
      },
    ],
    pass: [
      {},
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { devices: 'off' } },
        ],
      },
    ],
  },
});
