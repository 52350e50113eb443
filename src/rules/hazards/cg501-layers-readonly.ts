import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const layersReadonly = defineRule<{ readonly dataset: string }>({
  code: 'CG501',
  slug: 'layers-readonly',
  severity: 'warning',
  certainty: 'exact',
  title: 'The dataset that layers are made in is read-only',
  explanation: [
    'The driver makes a child dataset for each layer. The child inherits readonly=on, and ZFS enforces ' +
      'it in the kernel, whatever the mount options of the layer say.',
    'CRI-O does not notice this at its start: with zfs.fsname it only lists the dataset (Init in ' +
      'drivers/zfs/zfs.go), and it writes nothing before the first layer. Then each pull and each container ' +
      'fails with "setting permissions on zfs mount: chmod ...: read-only file system" (create() there).',
    'When graphroot itself lies on the read-only dataset, CRI-O does not start; that is another finding.',
  ],
  remedy: [
    'Find where readonly=on was set: on the dataset, on one above it, or for the whole pool when it was ' +
      'imported (zpool import -o readonly=on).',
    'Set readonly=off there, or on the dataset alone. If the dataset receives a replica, do not change it: ' +
      'give CRI-O another dataset.',
  ],
  references: ['zfsprops(7)', 'zpool-import(8)'],
  messageId: 'c9d8e359a26004f628ac2ed24f168d98',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, (_, { dataset }) =>
      dataset.properties.readonly === 'on' ? finding({ dataset: dataset.name }) : passed,
    ),
  message: ({ dataset }) =>
    `${dataset} has readonly=on: CRI-O will start, but every pull and every new container will fail.`,
  advice: ({ dataset }) => [
    sentence('Where it comes from:'),
    command(`zfs get -o name,value,source readonly ${shellWord(dataset)}`),
    sentence('If nothing else needs it read-only:'),
    command(`zfs set readonly=off ${shellWord(dataset)}`),
  ],
  examples: {
    fail: [
      {
        graphroot: '/srv/c',
        fsname: 'tank/ro',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/ro', mountpoint: 'none', properties: { readonly: 'on' } },
        ],
      },
      {
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/layers', mountpoint: 'none', properties: { readonly: 'on' } },
        ],
      },
    ],
    pass: [{}, { fsname: 'tank/crio' }],
  },
});
