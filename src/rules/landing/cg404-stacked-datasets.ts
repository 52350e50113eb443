import { fsnameOf } from '../../driver/options.js';
import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { mountAgain, mountsItself } from '../shared/cover-advice.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  /** Layers go there. */
  readonly dataset: string;
  readonly mountpoint: string;
  /** Files of graphroot lie there. */
  readonly upper: string;
  readonly upperMountpoint: string;
  /** The dataset of the layers has a mountpoint of its own. */
  readonly isOwn: boolean;
};

export const stackedDatasets = defineRule<Data>({
  code: 'CG404',
  slug: 'stacked-datasets',
  severity: 'warning',
  certainty: 'exact',
  title: 'Two datasets are mounted over each other: files go to the upper one, layers to the lower one',
  explanation: [
    'To find its dataset the zfs driver calls stat(2) on each mountpoint of type zfs, in the order of the ' +
      'mount table, and takes the first whose device number is that of graphroot (lookupZfsDataset in ' +
      'drivers/zfs/zfs.go). When a second dataset is mounted over the first, or over a directory above it, ' +
      'stat(2) answers for the upper one, but the line in the table, and so the name, belongs to the lower ' +
      'one, which was mounted first.',
    'So the records of images and layers lie in the upper dataset, and the layers below the lower one. This ' +
      'works until one of them is unmounted, or until they are mounted in another order.',
  ],
  remedy: [
    'Decide which of the two is meant for graphroot, and give the other one another mountpoint.',
    'Or name the dataset for layers with zfs.fsname.',
  ],
  references: ['zfsprops(7), overlay', 'proc(5), mountinfo'],
  messageId: 'd267ab5c10126afee51ddb791117d0e9',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, (store) => {
      const { input } = store;
      if (fsnameOf(input.request.options) !== '') return notApplicable('zfs.fsname is set');
      const { graphroot, zfs } = input.facts;
      const device = valueOf(graphroot.nearest.status)?.device;
      const first = zfs.lookup.find((candidate) => valueOf(candidate.device) === device)?.mount;
      if (first === undefined || first.device === device) return passed;
      const upper = valueOf(graphroot.mount);
      return finding({
        dataset: first.source,
        mountpoint: first.mountpoint,
        upper: upper?.source ?? '',
        upperMountpoint: upper?.mountpoint ?? '',
        isOwn: mountsItself(first.source, store),
      });
    }),
  message: ({ dataset, mountpoint, upper }) =>
    `${upper} is mounted over ${dataset} (${mountpoint}): CRI-O keeps its records in ${upper} and its layers in ${dataset}.`,
  advice: ({ dataset, mountpoint, upper, upperMountpoint, isOwn }) => [
    sentence('See the mounts in their order, and the mountpoints of both:'),
    command(`grep ' - zfs ' /proc/self/mountinfo`),
    command(`zfs get mountpoint,canmount ${shellWord(dataset)} ${shellWord(upper)}`),
    ...(upperMountpoint === mountpoint
      ? [
          sentence(
            `If ${upper} is not meant on ${mountpoint}, and nothing else uses it, with CRI-O stopped:`,
          ),
          command(`zfs unmount ${shellWord(upper)} && zfs set canmount=noauto ${shellWord(upper)}`),
        ]
      : [
          sentence(
            `Both are meant: ${upper} belongs on ${upperMountpoint} and ${dataset} below it. They were mounted in the wrong order.`,
          ),
          sentence(
            `A person has to decide: what CRI-O wrote to ${mountpoint} since then lies in ${upper}, and is hidden after the next steps.`,
          ),
          sentence('If its images can be pulled again, with CRI-O stopped:'),
          ...mountAgain({ dataset, mountpoint, isOwn }),
          command('systemctl restart crio.service'),
          sentence('OpenZFS 0.8 and later mount in the right order at the next boot.'),
        ]),
  ],
  examples: {
    fail: [
      {
        graphroot: '/data/containers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/one', mountpoint: '/data' },
          { name: 'tank/two', mountpoint: '/data', properties: { canmount: 'noauto' } },
        ],
      },
    ],
    pass: [{}, { fsname: 'tank/crio' }],
  },
});
