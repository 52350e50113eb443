import { poolOf } from '../../host/pool-state.js';
import { whenIntended } from '../shared/intention.js';
import { mountAdvice, mountDataOf, type MountData } from '../shared/mount-advice.js';
import { defineRule, finding, notApplicable } from '../rule.js';

type Data = MountData & {
  readonly graphroot: string;
  readonly landing: string;
};

export const layersGoAstray = defineRule<Data>({
  code: 'CG401',
  slug: 'layers-go-astray',
  severity: 'error',
  certainty: 'exact',
  title:
    'The dataset meant for graphroot is not mounted, and layers will land in another one without an ' +
    'error',
  explanation: [
    'A dataset that this host mounts by itself has its mountpoint at or above graphroot, and is not mounted. ' +
      'The directory in its place is also on ZFS, so the zfs driver finds another dataset: the one below ' +
      '(lookupZfsDataset in drivers/zfs/zfs.go uses the device number of graphroot). CRI-O starts without a ' +
      'message and puts every layer into the wrong dataset. Images in the unmounted dataset seem to be lost.',
    'CRI-O cannot report this: to CRI-O the layout looks correct.',
  ],
  remedy: [
    'Mount the dataset before CRI-O starts.',
    'If layers are already in the wrong dataset, rename the directory before you mount, and destroy the ' +
      'datasets of those layers once nothing needs them.',
    'If the dataset is no longer meant for graphroot, set its canmount=noauto or another mountpoint.',
  ],
  references: [
    'https://github.com/cri-o/cri-o/issues/6414',
    'https://github.com/moby/moby/issues/18356',
    'https://github.com/containers/container-storage-setup/issues/282',
    'zfs-mount(8)',
  ],
  messageId: '9492d01d9aa4cd7475ced4c189d0a22d',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG307'],
  isCausedBy: ({ dataset }, { pool }) => pool === undefined || pool === poolOf(dataset),
  check: (diagnosis) =>
    whenIntended(diagnosis, (intention, store) => {
      const { consequence } = intention;
      if (consequence.kind !== 'astray') return notApplicable('no layer lands elsewhere for it');
      if (!intention.certain) return notApplicable('whether it is meant for graphroot is not certain');
      return finding({
        ...mountDataOf(intention, store),
        graphroot: store.input.request.graphroot,
        landing: consequence.landing,
      });
    }),
  message: ({ dataset, mountpoint, landing }) =>
    `${dataset} is not mounted on ${mountpoint}: CRI-O will start without an error and put its layers into ${landing}.`,
  advice: mountAdvice,
  examples: {
    fail: [
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: 'tank/srv/crio', mountpoint: '/srv/crio', mounted: 'no' },
        ],
      },
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/debian', mountpoint: '/' },
          { name: 'rpool/containers', mountpoint: '/var/lib/containers', mounted: 'no' },
        ],
      },
      {
        graphroot: '/var/lib/crio/containers',
        symlinks: { '/var/lib/crio': '/srv/crio', '/srv/crio': '/tank/crio' },
        datasets: [
          { name: 'tank', mountpoint: '/tank' },
          { name: 'tank/crio', mountpoint: '/tank/crio', mounted: 'no' },
        ],
        files: { '/tank/crio/': '' },
      },
      {
        graphroot: '/var/lib/crio/containers',
        symlinks: { '/var/lib/crio': '/srv/pool/crio', '/srv/pool': '/tank' },
        datasets: [
          { name: 'tank', mountpoint: '/tank' },
          { name: 'tank/crio', mountpoint: '/tank/crio', mounted: 'no' },
        ],
        files: { '/tank/crio/': '' },
      },
    ],
    pass: [
      {},
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/docker/5b1c', mountpoint: 'legacy' },
          { name: 'rpool/containers', mountpoint: '/var/lib/containers', mounted: 'no' },
        ],
        mounts: [{ mountpoint: '/', fileSystem: 'zfs', source: 'rpool/docker/5b1c' }],
        files: { '/run/systemd/container': 'docker\n' },
      },
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: 'tank/srv/crio', mountpoint: '/srv/crio' },
        ],
      },
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/new', mountpoint: '/' },
          { name: 'rpool/ROOT/old', mountpoint: '/', mounted: 'no' },
          { name: 'rpool/ROOT/old/var/lib/containers', mountpoint: '/var/lib/containers', mounted: 'no' },
          { name: 'rpool/var', mountpoint: '/var', mounted: 'no', properties: { canmount: 'off' } },
        ],
      },
    ],
  },
});
