import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly mountpoint: string;
  /** The directory of the dataset that is mounted there. */
  readonly directory: string;
};

export const bindMount = defineRule<Data>({
  code: 'CG409',
  slug: 'bind-mount',
  severity: 'info',
  certainty: 'exact',
  title: 'graphroot lies on a bind mount of a directory of a dataset',
  explanation: [
    'A bind mount shows a directory of a dataset in another place, with the device number of the dataset. The ' +
      'driver searches by that number (lookupZfsDataset in drivers/zfs/zfs.go), so it makes layers below the ' +
      'dataset that the directory belongs to. Layouts with an ephemeral root do this on purpose, and it ' +
      'works.',
    'Such a mount keeps the dataset busy, and may outlive the mount of the dataset itself.',
  ],
  remedy: ['Nothing, if you want the layers in that dataset.'],
  references: ['mount(8), bind mounts', 'https://github.com/nix-community/impermanence/issues/220'],
  messageId: '60a71ed2dfbccb1820b7a56a1198ccfd',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { mount } = input.facts.graphroot;
      if (mount.state === 'unknown') return unknownAnswer(mount.why);
      const carrying = valueOf(mount);
      if (carrying?.fileSystem !== 'zfs') return passed;
      const own = (valueOf(input.facts.mounts) ?? []).find(({ device }) => device === carrying.device);
      if (carrying.root === '/' && own?.mountpoint === carrying.mountpoint) return passed;
      return finding({
        dataset: carrying.source,
        mountpoint: carrying.mountpoint,
        directory: carrying.root,
      });
    }),
  message: ({ dataset, mountpoint, directory }) =>
    `graphroot lies on ${mountpoint}, a bind mount of ${directory === '/' ? 'the whole' : `the directory ${directory}`} ` +
    `of ${dataset}; layers go to ${dataset}.`,
  advice: () => [sentence('Nothing to do, if this is what you want.')],
  examples: {
    fail: [
      {
        graphroot: '/mnt/whole/x',
        mounts: [{ mountpoint: '/mnt/whole', fileSystem: 'zfs', source: 'tank/crio' }],
      },
      {
        graphroot: '/mnt/b/x',
        mounts: [{ mountpoint: '/mnt/b', fileSystem: 'zfs', source: 'tank/crio', root: '/containers' }],
      },
    ],
    pass: [
      {},
      { mounts: [{ mountpoint: '/mnt/b', fileSystem: 'zfs', source: 'tank/crio', root: '/containers' }] },
    ],
  },
});
