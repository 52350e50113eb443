import { contains } from '../../host/containment.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer, withStore } from '../rule.js';
import { unitDropInCommand, unitSetting } from '../shared/setting.js';
import { mountUnit } from '../../text/systemd-quoting.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly mountpoint: string;
  readonly unit: string;
};

export const notOrderedAfterMount = defineRule<Data>({
  code: 'CG310',
  slug: 'not-ordered-after-mount',
  severity: 'warning',
  certainty: 'exact',
  title: 'crio.service does not require the mount of its store',
  explanation: [
    'The crio.service that CRI-O ships neither requires nor waits for the mount of its store. When the mount ' +
      'fails or is late at a boot, CRI-O starts on the empty directory below. Services start after ' +
      'local-fs.target, and so after zfs-mount.service, but they also start when zfs-mount.service failed, ' +
      'and it mounts nothing while the pool is not imported.',
    'RequiresMountsFor= alone is not enough: without a line in /etc/fstab or zfs-mount-generator, systemd ' +
      'does not know the mount until it exists. Only --check --deep and --fix look at it, and only --fix ' +
      'writes the drop-in; a start never does.',
  ],
  remedy: [
    'Add RequiresMountsFor= for the mountpoint and After=zfs-mount.service to crio.service by a drop-in, as ' +
      'crio-guard --fix does.',
    'With zfs-mount-generator: set the property org.openzfs.systemd:required-by=crio.service on the dataset.',
  ],
  references: [
    'https://github.com/openzfs/zfs/issues/4898',
    'https://github.com/containerd/containerd/issues/4117',
    'systemd.unit(5)',
    'zfs-mount-generator(8)',
  ],
  messageId: 'db95d50d03733e2d69821fa47edaf417',
  since: '0.1.0',
  check: (diagnosis) =>
    withStore(diagnosis, (store) => {
      const { graphroot, service } = store.input.facts;
      const { ordering } = service;
      if (ordering === undefined) return notApplicable('it is looked at with --deep and --fix only');
      if (graphroot.mount.state === 'unknown') return unknownAnswer(graphroot.mount.why);
      if (graphroot.mount.state === 'absent' || graphroot.mount.value.fileSystem !== 'zfs') {
        return notApplicable('graphroot is not on ZFS');
      }
      const { mountpoint, source } = graphroot.mount.value;
      if (mountpoint === '/') return passed;
      if (ordering.state === 'absent') return notApplicable('there is no systemd');
      if (ordering.state === 'unknown') return unknownAnswer(ordering.why);
      const unit = mountUnit(mountpoint);
      const { after, requiresMountsFor } = ordering.value;
      const waits = after.some((name) => name === unit || name === 'zfs-mount.service');
      const requires = requiresMountsFor.some((path) => contains(mountpoint, path));
      return waits || requires ? passed : finding({ dataset: source, mountpoint, unit });
    }),
  message: ({ dataset, mountpoint }) =>
    `crio.service does not require the mount of ${dataset} on ${mountpoint}: when it is missing at boot, CRI-O starts without it.`,
  advice: ({ dataset, mountpoint }) => [
    unitDropInCommand(
      'CG310',
      'Unit',
      unitSetting('RequiresMountsFor', mountpoint),
      'After=zfs-mount.service',
    ),
    sentence('Or, with zfs-mount-generator:'),
    command(`zfs set org.openzfs.systemd:required-by=crio.service ${shellWord(dataset)}`),
  ],
  examples: {
    fail: [{ deep: true, unit: { after: ['network-online.target', 'basic.target'], requiresMountsFor: [] } }],
    pass: [
      { deep: true, unit: { after: ['basic.target', 'zfs-mount.service'], requiresMountsFor: [] } },
      { deep: true, unit: { after: [], requiresMountsFor: ['/var/lib/crio'] } },
      {},
    ],
  },
});
