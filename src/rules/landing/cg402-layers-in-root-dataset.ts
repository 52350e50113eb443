import { fsnameOf } from '../../driver/options.js';
import { bootEnvironment } from '../../facts/zfs/intended.js';
import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { poolOf } from '../../host/pool-state.js';
import { freeDatasetName } from '../shared/free-dataset-name.js';
import { fsnameAdvice, optionsPinnedBy } from '../shared/setting.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly graphroot: string;
  /** graphroot is there already. */
  readonly exists: boolean;
  /** The dataset is mounted on /. */
  readonly isRoot: boolean;
  /** Empty when the dataset is in none. */
  readonly environment: string;
  /** A name for a dataset of CRI-O's own. */
  readonly newDataset: string;
  readonly optionsPinned: string;
};

export const layersInRootDataset = defineRule<Data>({
  code: 'CG402',
  slug: 'layers-in-root-dataset',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'Layers will land in the dataset of the root file system or in a boot environment',
  explanation: [
    'The zfs driver makes one dataset for each layer below the dataset that graphroot lies on ' +
      '(lookupZfsDataset in drivers/zfs/zfs.go). If graphroot has no dataset of its own, that is the root ' +
      "file system's: rpool/ROOT/debian/<id>.",
    'This works, and many nodes run so. But tools for boot environments treat such datasets as a part of the ' +
      'system: they snapshot and clone them, and a rollback restores the list of layers (layers.json) but not ' +
      'the layers. GRUB and zsys become slow with hundreds of datasets.',
  ],
  remedy: [
    'Give CRI-O a dataset outside the boot environments, mounted on the parent of graphroot. Existing images ' +
      'must be pulled again.',
    'If this is what you want, name the dataset with zfs.fsname: an explicit choice is not reported.',
  ],
  references: [
    'https://github.com/cri-o/cri-o/issues/6414',
    'https://github.com/moby/moby/issues/18356',
    'https://github.com/ubuntu/zsys/issues/102',
  ],
  messageId: '71d4838a378bc6f45c6e198c5e7a5961',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG307', 'CG401', 'CG410', 'CG411'],
  check: (diagnosis) =>
    withZfsStore(diagnosis, (store, dataset) => {
      const { input } = store;
      if (fsnameOf(input.request.options) !== '') return passed;
      const mounts = valueOf(input.facts.mounts) ?? [];
      const isRoot = mounts.some(({ source, mountpoint }) => source === dataset && mountpoint === '/');
      const environment = bootEnvironment(dataset) ?? '';
      if (!isRoot && environment === '') return passed;
      const newDataset = freeDatasetName(input.facts, poolOf(dataset));
      return finding({
        dataset,
        graphroot: input.request.graphroot,
        exists: input.facts.graphroot.status.state === 'known',
        isRoot,
        environment,
        newDataset,
        optionsPinned: optionsPinnedBy(store),
      });
    }),
  message: ({ dataset, isRoot }) =>
    isRoot
      ? `Layers will land in ${dataset}, the dataset of the root file system.`
      : `Layers will land in ${dataset}, which belongs to a boot environment.`,
  advice: ({ dataset, graphroot, exists, newDataset, optionsPinned }) => [
    sentence('To keep this layout, name the dataset; then this warning ends:'),
    fsnameAdvice('CG402', dataset, optionsPinned),
    sentence('To give the layers their own dataset, drain the node first; images must be pulled again:'),
    ...(exists ? [command('crictl rmp --all --force'), command('systemctl stop crio.service')] : []),
    ...(exists ? [command(`mv ${shellWord(graphroot)} ${shellWord(`${graphroot}.old`)}`)] : []),
    command(
      `zfs create -o mountpoint=${shellWord(graphroot)} -o com.sun:auto-snapshot=false ${shellWord(newDataset)}`,
    ),
    command('systemctl restart crio.service'),
    ...(exists
      ? [sentence(`The old layers stay below ${dataset} until they are destroyed one by one.`)]
      : []),
  ],
  examples: {
    fail: [
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/gentoo', mountpoint: '/' },
        ],
      },
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/ubuntu_a', mountpoint: '/' },
          { name: 'rpool/ROOT/ubuntu_a/var/lib', mountpoint: '/var/lib' },
        ],
      },
    ],
    pass: [
      {},
      {
        graphroot: '/var/lib/containers/storage',
        fsname: 'rpool/ROOT/gentoo',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/gentoo', mountpoint: '/' },
        ],
      },
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/gentoo', mountpoint: '/' },
          { name: 'rpool/containers', mountpoint: '/var/lib/containers' },
        ],
      },
    ],
  },
});
