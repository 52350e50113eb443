import { whenIntended } from '../shared/intention.js';
import { mountAdvice, mountDataOf, type MountData } from '../shared/mount-advice.js';
import { defineRule, finding, notApplicable } from '../rule.js';
import { fsnameAdvice, optionsPinnedBy } from '../shared/setting.js';
import { sentence } from '../../text/advice-line.js';

type Data = MountData & {
  readonly landing: string;
  /** The same, when it is a dataset of the zfs driver. */
  readonly layers: string;
  readonly optionsPinned: string;
};

export const noautoNotMounted = defineRule<Data>({
  code: 'CG410',
  slug: 'noauto-not-mounted',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'A dataset that may be meant for graphroot is not mounted, and layers land in another one',
  explanation: [
    'A dataset has its mountpoint at or above graphroot and is not mounted. Perhaps that is right, for a ' +
      'replica or a spare. Either nothing tells this host to mount it: it has canmount=noauto or is ' +
      'read-only, its line in /etc/fstab says noauto or nofail, only the cache of zfs-mount-generator still ' +
      'names it, or CRI-O runs in a container, where the host mounts. Or CRI-O has worked without it before: ' +
      'graphroot lists layers, and they lie where new ones will be made.',
    'If it is meant for graphroot, CRI-O starts without a message and puts its layers into the dataset below.',
  ],
  remedy: [
    'If it is meant for graphroot: mount it before CRI-O starts, and set canmount=on.',
    'If it is not: name the dataset of the layers with zfs.fsname, or give this one another mountpoint.',
  ],
  references: ['zfsprops(7), canmount', 'https://github.com/cri-o/cri-o/issues/6414'],
  messageId: '691832bc8aa390e07fa456463b2a4203',
  since: '0.1.0',
  check: (diagnosis) =>
    whenIntended(diagnosis, (intention, store) => {
      const { consequence } = intention;
      if (consequence.kind !== 'astray' || intention.certain)
        return notApplicable('another rule speaks of it');
      const { prediction } = store;
      return finding({
        ...mountDataOf(intention, store),
        landing: consequence.landing,
        layers: prediction.outcome === 'starts' ? (prediction.dataset ?? '') : '',
        optionsPinned: optionsPinnedBy(store),
      });
    }),
  message: ({ dataset, mountpoint, landing }) =>
    `${dataset} is not mounted on ${mountpoint}, and layers go to ${landing}; if it is meant for graphroot, mount it.`,
  advice: (data) => [
    sentence('If it is meant for graphroot:'),
    ...mountAdvice(data),
    ...(data.layers === ''
      ? []
      : [
          sentence('If it is not, name the right dataset; then this warning ends:'),
          fsnameAdvice('CG410', data.layers, data.optionsPinned),
        ]),
  ],
  examples: {
    fail: [
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          {
            name: 'tank/srv/crio',
            mountpoint: '/srv/crio',
            mounted: 'no',
            properties: { canmount: 'noauto' },
          },
        ],
      },
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: `tank/srv/${'a'.repeat(64)}`, mountpoint: 'legacy' },
          { name: 'backup/crio', mountpoint: '/srv/crio', mounted: 'no' },
        ],
        files: { '/srv/crio/zfs-layers/layers.json': `[{"id":"${'a'.repeat(64)}"}]` },
      },
    ],
    pass: [
      {},
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: 'tank/srv/crio', mountpoint: '/srv/crio', properties: { canmount: 'noauto' } },
        ],
      },
    ],
  },
});
