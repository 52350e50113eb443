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
    'With zfs.fsname the driver asks nothing of graphroot (drivers/zfs/zfs.go Init): layers are made below the named ' +
      'dataset, and the records of images, layers and containers are written to graphroot, wherever that lies. Both on ' +
      'different file systems is allowed, and a dataset with mountpoint=none or legacy is no fault.',
    'Here, however, a dataset has its mountpoint at or above graphroot and is not mounted. The records that lie in it ' +
      'are out of sight: CRI-O starts with an empty list of images, pulls them again, and when the dataset is mounted ' +
      'later on it knows nothing of the layers it made meanwhile.',
  ],
  remedy: [
    'Mount the dataset before CRI-O starts.',
    'If graphroot is not meant to lie on it, give it another mountpoint, or none.',
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
