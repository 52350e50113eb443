import { whenIntended } from '../shared/intention.js';
import { mountAdvice, mountDataOf, type MountData } from '../shared/mount-advice.js';
import { defineRule, finding, notApplicable } from '../rule.js';
import { sentence } from '../../text/advice-line.js';

type Data = MountData & {
  readonly graphroot: string;
};

export const datasetNotMounted = defineRule<Data>({
  code: 'CG301',
  slug: 'dataset-not-mounted',
  severity: 'error',
  certainty: 'exact',
  title: 'The dataset meant for graphroot is not mounted, and CRI-O fails without it',
  explanation: [
    'A dataset has a mountpoint (by its property, or by /etc/fstab) at or above graphroot, and is not ' +
      'mounted. So graphroot is a plain directory on the file system below, and the zfs driver finds no ' +
      'dataset there.',
    'zfs-mount.service mounts the datasets with canmount=on. Nothing requires it: when it fails, or when the ' +
      'pool is imported late, the boot continues and systemd starts CRI-O. Each failed start leaves a few ' +
      'files in the empty mountpoint (GetStore in store.go). OpenZFS before 2.0 then refuses to mount there.',
  ],
  remedy: [
    'Mount the dataset, and start CRI-O again.',
    'For the next boot: make crio.service wait for the mount, with RequiresMountsFor= and ' +
      'After=zfs-mount.service.',
  ],
  references: [
    'https://github.com/rancher/os/issues/2256',
    'https://github.com/containerd/containerd/issues/4117',
    'https://github.com/openzfs/zfs/issues/4898',
    'zfs-mount(8)',
    'zfs-mount-generator(8)',
  ],
  messageId: '4e766829ca3294cfbc120dbd22cf2ffa',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG307'],
  check: (diagnosis) =>
    whenIntended(diagnosis, (intention, store) => {
      if (!intention.poolImported) return notApplicable('its pool is not imported');
      if (intention.consequence.kind !== 'refused') return notApplicable('CRI-O does not fail for it');
      return finding({ ...mountDataOf(intention, store), graphroot: store.input.request.graphroot });
    }),
  message: ({ dataset, mountpoint, graphroot, exists, source }) =>
    exists
      ? `${dataset} is not mounted on ${mountpoint}, so graphroot ${graphroot} is not on it and CRI-O fails.`
      : `${source} mounts ${dataset} on ${mountpoint}, but there is no such dataset, so graphroot ${graphroot} is not on ZFS.`,
  advice: (data) => [
    ...mountAdvice(data),
    ...(data.mountpoint === data.graphroot && data.exists
      ? [
          sentence(
            `Then ${data.graphroot} is itself a mountpoint, which CRI-O refuses too: see CG201 for a way out.`,
          ),
        ]
      : []),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            mounted: 'no',
            properties: { canmount: 'noauto' },
          },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: 'legacy' },
        ],
        files: { '/etc/fstab': 'tank/crio /var/lib/crio zfs defaults 0 0\n' },
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
        symlinks: { '/data': '/var/lib/crio' },
        graphroot: '/data/containers',
      },
    ],
    pass: [
      {},
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
        fsname: 'tank/crio',
      },
      {
        graphroot: '/srv/c',
        driver: 'overlay',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/c', mountpoint: '/srv/c', mounted: 'no' },
        ],
      },
    ],
  },
});
