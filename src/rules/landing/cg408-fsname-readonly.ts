import { fsnameOf } from '../../driver/options.js';
import { withLayersParent } from '../layers-parent.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { shellWord } from '../shell-word.js';

interface Data {
  readonly [key: string]: string;
  readonly dataset: string;
}

export const fsnameReadonly = defineRule<Data>({
  code: 'CG408',
  slug: 'fsname-readonly',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O will start, but cannot make a layer: its dataset is read-only',
  explanation: [
    'With zfs.fsname the driver only lists the named dataset at its start (drivers/zfs/zfs.go Init). readonly=on is ' +
      'inherited by every layer: the dataset of a layer can be made, but not written to, and the pull fails with ' +
      '"setting permissions on zfs mount: chmod ...: read-only file system".',
  ],
  remedy: [
    'Set readonly=off on the dataset, unless it is the target of a replication: then CRI-O needs another one.',
  ],
  references: ['zfsprops(7), readonly', 'zfs-receive(8)'],
  messageId: '4c5b8df8b140cafc6264b9975f4dab4f',
  since: '0.1.0',
  follows: ['CG501'],
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ situation }, { dataset }) => {
      if (fsnameOf(situation.request.options) === '') return notApplicable('zfs.fsname is not set');
      return dataset.readonly === 'on' ? finding({ dataset: dataset.name }) : passed;
    }),
  message: ({ dataset }) =>
    `${dataset} (zfs.fsname) has readonly=on: CRI-O will start, and every layer will fail.`,
  advice: ({ dataset }) => [
    'See where it is set:',
    `zfs get -o name,value,source readonly ${shellWord(dataset)}`,
    `zfs set readonly=off ${shellWord(dataset)}`,
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
    ],
    pass: [{ fsname: 'tank/crio' }, {}],
  },
});
