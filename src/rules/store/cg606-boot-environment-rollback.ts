import { bootEnvironment } from '../../facts/zfs/intended.js';
import { isWithin } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const bootEnvironmentRollback = defineRule<{
  readonly metadata: string;
  readonly dataset: string;
  readonly origin: string;
}>({
  code: 'CG606',
  slug: 'boot-environment-rollback',
  severity: 'info',
  certainty: 'heuristic',
  title: 'A rollback of the boot environment restores the list of layers, but not the layers',
  explanation: [
    'The lists of images and layers lie in graphroot, each layer in a dataset of its own. A boot environment ' +
      'that is rolled back, or cloned and booted, has the lists of an earlier time, while the layers stay as ' +
      'they are, or stay in the other environment.',
    'CRI-O then lists layers that do not exist, and does not list others that do: containers fail to start, ' +
      'removals fail, and space is never freed.',
  ],
  remedy: [
    'Keep graphroot out of the boot environment: a dataset of its own beside ROOT, with the layers below it.',
    'After a rollback, look at the store before CRI-O starts: crio-guard --check --deep.',
  ],
  references: ['https://github.com/ubuntu/zsys/issues/185', 'https://github.com/ubuntu/zsys/issues/228'],
  messageId: '22bdf8eb2393796ffc02ba847aea1349',
  since: '0.1.0',
  follows: ['CG402'],
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ input }, { dataset, datasets }) => {
      const mount = valueOf(input.facts.graphroot.mount);
      if (mount?.fileSystem !== 'zfs') return passed;
      const metadata = mount.source;
      if (bootEnvironment(metadata) === undefined) return passed;
      const origin = datasets.find(({ name }) => name === metadata)?.properties.origin ?? '-';
      const together = isWithin(dataset.name, metadata);
      if (together && origin === '-') return passed;
      return finding({ metadata, dataset: dataset.name, origin });
    }),
  message: ({ metadata, dataset, origin }) =>
    metadata === dataset
      ? `graphroot is in the boot environment ${metadata}, a clone of ${origin}: older layers are not below it.`
      : `graphroot is in the boot environment ${metadata}, its layers in ${dataset}: a rollback restores only one of them.`,
  advice: ({ metadata, dataset }) => [
    command(
      `zfs list -o name,origin,mountpoint,creation ${[...new Set([metadata, dataset])].map(shellWord).join(' ')}`,
    ),
    sentence('To see whether the list and the layers match now:'),
    command('crio-guard --check --deep'),
  ],
  examples: {
    fail: [
      {
        graphroot: '/var/lib/containers/storage',
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/ROOT/debian', mountpoint: '/var/lib/containers' },
          { name: 'tank/layers', mountpoint: 'none' },
        ],
      },
      {
        graphroot: '/var/lib/containers/storage',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/ROOT/new',
            mountpoint: '/var/lib/containers',
            properties: { origin: 'tank/ROOT/old@upgrade' },
          },
        ],
      },
    ],
    pass: [{}],
  },
});
