import { GUARD_SCHEMA } from '../../config/guard-settings.js';
import { isBelow } from '../../host/pool-state.js';
import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

/** From the default on "zfs list" was reported to take seconds. */
const DEFAULT = GUARD_SCHEMA.datasets_maximum.initial;

export const manyDatasets = defineRule<{ readonly dataset: string; readonly count: number }>({
  code: 'CG509',
  slug: 'many-datasets',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'Very many datasets below the one of the layers',
  explanation: [
    'Each layer is a dataset. At every start the driver lists all of them with their properties ("zfs list ' +
      '-rHp", Init() in drivers/zfs/zfs.go of containers/storage), kubelet\'s cAdvisor reads all their ' +
      'properties every 30 seconds, and zed and the boot loader read them too.',
    'With some thousands of datasets such a list takes seconds to minutes, above all on rotating disks. ' +
      `This rule reports more than datasets_maximum in crio-guard.conf, by default ${DEFAULT}.`,
  ],
  remedy: [
    'Remove images that no container uses, and let kubelet remove them earlier (imageGCHighThresholdPercent).',
    'Look for datasets that no store lists: crio-guard --check --deep.',
  ],
  references: [
    'https://github.com/openzfs/zfs/issues/15760',
    'https://github.com/kubernetes/kubernetes/issues/54765',
    'https://github.com/containerd/zfs/issues/71',
  ],
  messageId: '5280ebead99f83ebc6245f74748eb86c',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ settings }, { dataset, datasets }) => {
      const count = datasets.filter(({ name }) => isBelow(name, dataset.name)).length;
      return count > (settings?.datasets_maximum ?? DEFAULT)
        ? finding({ dataset: dataset.name, count })
        : passed;
    }),
  message: ({ dataset, count }) =>
    `${dataset} has ${count} datasets below it: the start of CRI-O and each look at the pool get slow.`,
  advice: ({ dataset }) => [
    sentence('To see how long the driver waits at the start:'),
    command(`time zfs list -rHp -t filesystem ${shellWord(dataset)} > /dev/null`),
    sentence('Images that no container uses:'),
    command('crictl rmi --prune'),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          ...Array.from({ length: DEFAULT + 1 }, (_, index) => ({
            name: `tank/crio/${index.toString(16).padStart(64, '0')}`,
            mountpoint: 'legacy',
          })),
        ],
      },
    ],
    pass: [{}],
  },
});
