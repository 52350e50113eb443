import { fsnameOf } from '../../driver/options.js';
import { encryptionKeyOf } from '../../facts/zfs/encryption-key.js';
import { loadKeyAdvice } from '../shared/encryption-key.js';
import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';

type Data = {
  readonly dataset: string;
  readonly encryptionroot: string;
  readonly keylocation: string;
};

export const fsnameKeyNotLoaded = defineRule<Data>({
  code: 'CG407',
  slug: 'fsname-key-not-loaded',
  severity: 'warning',
  certainty: 'exact',
  title: 'CRI-O will start, but cannot make a layer: the key of its dataset is not loaded',
  explanation: [
    'With zfs.fsname the driver only lists the named dataset at its start (drivers/zfs/zfs.go Init), which ' +
      'works without the key. The first image that is pulled fails with "encryption root\'s key is not loaded ' +
      'or provided", and so does every container, since no layer can be made or mounted. But the node looks ' +
      'ready.',
  ],
  remedy: [
    'Load the key; CRI-O does not need a restart.',
    'For the next boot: keep the key in a file (keylocation=file://), and let zfs-load-key.service run before ' +
      'crio.service.',
  ],
  references: ['zfs-load-key(8)', 'https://github.com/openzfs/zfs/issues/8750'],
  messageId: '8cccbf4758b17d60fe3a12fa784eaab5',
  since: '0.1.0',
  subject: ({ encryptionroot }) => ({ encryptionroot }),
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ input }, { dataset, datasets }) => {
      if (fsnameOf(input.request.options) === '') return notApplicable('zfs.fsname is not set');
      if (dataset.properties.keystatus !== 'unavailable') return passed;
      return finding({ dataset: dataset.name, ...encryptionKeyOf(dataset, datasets) });
    }),
  message: ({ dataset }) =>
    `The key of ${dataset} (zfs.fsname) is not loaded: CRI-O will start, and every layer will fail.`,
  advice: loadKeyAdvice,
  examples: {
    fail: [
      {
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/layers',
            mountpoint: 'none',
            properties: { keystatus: 'unavailable', keylocation: 'prompt', encryptionroot: 'tank/layers' },
          },
        ],
      },
    ],
    pass: [
      {},
      {
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/layers', mountpoint: 'none', properties: { keystatus: 'available' } },
        ],
      },
    ],
  },
});
