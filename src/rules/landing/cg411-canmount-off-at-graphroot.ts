import { fsnameOf } from '../../driver/options.js';
import { mountsAt } from '../../facts/zfs/datasets.js';
import { bootEnvironment } from '../../facts/zfs/intended.js';
import { valueOf } from '../../host/probe.js';
import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed } from '../rule.js';
import { fsnameAdvice, optionsPinnedBy } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const canmountOffAtGraphroot = defineRule<{
  readonly dataset: string;
  readonly graphroot: string;
  readonly landing: string;
  readonly optionsPinned: string;
}>({
  code: 'CG411',
  slug: 'canmount-off-at-graphroot',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'A dataset has graphroot as its mountpoint and canmount=off, and layers land in another one',
  explanation: [
    'A dataset with canmount=off is never mounted; it only passes its properties on to its children. That is ' +
      'common for parent datasets, and not a fault. Here, however, its mountpoint is graphroot itself, and ' +
      'the driver finds the dataset below instead (lookupZfsDataset in drivers/zfs/zfs.go). So its quota and ' +
      'its other properties have no effect on layers.',
  ],
  remedy: [
    'If it is meant to hold the store, set canmount=on and mount it; images must be pulled again.',
    'If it is meant to hold layers without being mounted, name it with zfs.fsname.',
  ],
  references: ['zfsprops(7), canmount', 'containers-storage.conf(5)'],
  messageId: '7ebce62fabb747f9aabeab95ec360abe',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, (store, { dataset, datasets }) => {
      const { input } = store;
      if (fsnameOf(input.request.options) !== '') return notApplicable('zfs.fsname is set');
      const { facts, request } = input;
      if (facts.intended !== undefined) return notApplicable('another dataset is meant for graphroot');
      const path = facts.graphroot.physical;
      if (valueOf(facts.graphroot.mount)?.mountpoint === path) return passed;
      const found = datasets.find(
        (candidate) =>
          mountsAt(candidate) === path &&
          candidate.properties.canmount === 'off' &&
          bootEnvironment(candidate.name) === bootEnvironment(dataset.name),
      );
      if (found === undefined) return passed;
      return finding({
        dataset: found.name,
        graphroot: request.graphroot,
        landing: dataset.name,
        optionsPinned: optionsPinnedBy(store),
      });
    }),
  message: ({ dataset, graphroot, landing }) =>
    `${dataset} has graphroot ${graphroot} as its mountpoint and canmount=off, so layers go to ${landing}.`,
  advice: ({ dataset, landing, optionsPinned }) => [
    sentence('If it is meant to hold the store, with CRI-O stopped and graphroot empty:'),
    command(`zfs set canmount=on ${shellWord(dataset)}`),
    command(`zfs mount ${shellWord(dataset)}`),
    sentence('If not, name the right dataset; then this warning ends:'),
    fsnameAdvice('CG411', landing, optionsPinned),
  ],
  examples: {
    fail: [
      {
        graphroot: '/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: 'tank/srv/crio', mountpoint: '/srv/crio', properties: { canmount: 'off' } },
        ],
      },
    ],
    pass: [
      {},
      {
        graphroot: '/srv/crio/containers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: 'tank/srv/crio', mountpoint: '/srv/crio', properties: { canmount: 'off' } },
        ],
      },
      {
        graphroot: '/srv/crio',
        fsname: 'tank/srv/crio',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/srv', mountpoint: '/srv' },
          { name: 'tank/srv/crio', mountpoint: '/srv/crio', properties: { canmount: 'off' } },
        ],
      },
    ],
  },
});
