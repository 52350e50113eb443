import { whenIntended } from '../shared/intention.js';
import { mountAdvice, mountDataOf, type MountData } from '../shared/mount-advice.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';

type Data = MountData & {
  /** Where layers would go; empty when CRI-O refuses to start. */
  readonly landing: string;
};

export const keyNotLoaded = defineRule<Data>({
  code: 'CG303',
  slug: 'key-not-loaded',
  severity: 'error',
  certainty: 'exact',
  title: 'The key of the dataset meant for graphroot is not loaded',
  explanation: [
    'An encrypted dataset cannot be mounted before its key is loaded, and "zfs mount -a" at boot skips it ' +
      'without an error. CRI-O then finds a plain directory in its place. It refuses to start, or, when that ' +
      'directory is also on ZFS, it makes its layers in the dataset below.',
    'With keylocation=prompt someone has to type the passphrase. crio-guard does not wait for it.',
  ],
  remedy: [
    'Load the key, mount the dataset, and start CRI-O again.',
    'For the next boot: keep the key in a file (keylocation=file://) and enable zfs-load-key.service, or use ' +
      'the unit that zfs-mount-generator makes.',
  ],
  references: [
    'https://github.com/openzfs/zfs/issues/8750',
    'https://github.com/openzfs/zfs/issues/14571',
    'zfs-load-key(8)',
    'zfs-mount-generator(8)',
  ],
  messageId: 'b8f38f673a538946cffd6a4e1489b188',
  since: '0.1.0',
  check: (diagnosis) =>
    whenIntended(diagnosis, (intention, store) => {
      const { listed, consequence, certain } = intention;
      if (listed?.properties.keystatus !== 'unavailable') return passed;
      const isWrong = consequence.kind === 'refused' || (consequence.kind === 'astray' && certain);
      if (!isWrong) return notApplicable('CRI-O does not depend on it');
      const landing = consequence.kind === 'astray' ? consequence.landing : '';
      return finding({ ...mountDataOf(intention, store), landing });
    }),
  message: ({ dataset, mountpoint, encryptionroot, landing }) => {
    const whose = encryptionroot === dataset ? '' : ` (that of ${encryptionroot})`;
    const outcome = landing === '' ? 'CRI-O fails' : `layers will go to ${landing}`;
    return `The key of ${dataset}${whose} is not loaded, so it is not mounted on ${mountpoint} and ${outcome}.`;
  },
  advice: mountAdvice,
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            mounted: 'no',
            properties: {
              keystatus: 'unavailable',
              keylocation: 'file:///etc/zfs/key',
              encryptionroot: 'tank/crio',
            },
          },
        ],
      },
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          {
            name: 'tank/srv/crio',
            mountpoint: '/srv/crio',
            mounted: 'no',
            properties: { keystatus: 'unavailable', keylocation: 'prompt', encryptionroot: 'tank/srv/crio' },
          },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/safe',
            mountpoint: 'none',
            properties: { keystatus: 'unavailable', keylocation: 'prompt', encryptionroot: 'tank/safe' },
          },
          {
            name: 'tank/safe/crio',
            mountpoint: 'legacy',
            properties: { keystatus: 'unavailable', keylocation: 'none', encryptionroot: 'tank/safe' },
          },
        ],
        files: { '/etc/fstab': 'tank/safe/crio /var/lib/crio zfs defaults 0 0\n' },
      },
    ],
    pass: [
      {},
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          {
            name: 'tank/vault',
            mountpoint: '/srv/crio',
            mounted: 'no',
            properties: { canmount: 'noauto', keystatus: 'unavailable', encryptionroot: 'tank/vault' },
          },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { keystatus: 'available' } },
          {
            name: 'tank/other',
            mountpoint: '/srv/other',
            mounted: 'no',
            properties: { keystatus: 'unavailable' },
          },
        ],
      },
    ],
  },
});
