import { fsnameOf } from '../../driver/options.js';
import { landingOf, whenIntended } from '../shared/intention.js';
import { valueOf } from '../../host/probe.js';
import { mountAdvice, mountDataOf, type MountData } from '../shared/mount-advice.js';
import { defineRule, finding, notApplicable } from '../rule.js';

type Data = MountData & {
  readonly fsname: string;
  readonly graphroot: string;
  /** What carries graphroot now. */
  readonly records: string;
};

export const recordsAndLayersApart = defineRule<Data>({
  code: 'CG403',
  slug: 'records-and-layers-apart',
  severity: 'warning',
  certainty: 'exact',
  title: 'Layers go to zfs.fsname, while the dataset meant for graphroot is not mounted',
  explanation: [
    'With zfs.fsname the driver does not look at graphroot (Init in drivers/zfs/zfs.go). It makes layers ' +
      'below the named dataset, and writes the records of images, layers and containers to graphroot, on ' +
      'whatever file system that is. This is allowed, and a dataset with mountpoint=none or legacy is not a ' +
      'fault.',
    'Here, however, a dataset has its mountpoint at or above graphroot and is not mounted. CRI-O does not see ' +
      'the records in it: it starts with an empty list of images and pulls them again. When the dataset is ' +
      'mounted later, CRI-O no longer knows the layers that it made in between.',
  ],
  remedy: [
    'Mount the dataset before CRI-O starts.',
    'If the dataset is not meant for graphroot, give it another mountpoint, or none.',
  ],
  references: ['containers-storage.conf(5)', 'zfs-mount(8)'],
  messageId: 'f5118317296d4d2b236cac914280aa40',
  since: '0.1.0',
  follows: ['CG407'],
  isCausedBy: ({ encryptionroot }, cause) => encryptionroot !== '' && encryptionroot === cause.encryptionroot,
  check: (diagnosis) =>
    whenIntended(diagnosis, (intention, store) => {
      const fsname = fsnameOf(store.input.request.options);
      if (fsname === '') return notApplicable('zfs.fsname is not set');
      if (intention.consequence.kind !== 'records')
        return notApplicable('CRI-O will not start with zfs.fsname');
      if (!intention.certain) return notApplicable('the host does not mount it by itself');
      const mount = valueOf(store.input.facts.graphroot.mount);
      return finding({
        ...mountDataOf(intention, store),
        fsname,
        graphroot: store.input.request.graphroot,
        records: mount === undefined ? landingOf(store) : `${mount.fileSystem} on ${mount.mountpoint}`,
      });
    }),
  message: ({ dataset, mountpoint, fsname, graphroot, records }) =>
    `${dataset} is not mounted on ${mountpoint}: layers go to ${fsname}, but the records in ${graphroot} to ${records}.`,
  advice: mountAdvice,
  examples: {
    fail: [
      {
        fsname: 'tank/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
      },
    ],
    pass: [
      { fsname: 'tank/crio' },
      {
        fsname: 'tank/crio',
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
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/layers', mountpoint: 'none' },
        ],
      },
      {
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/layers', mountpoint: 'legacy' },
        ],
      },
    ],
  },
});
