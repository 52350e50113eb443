import type { Dataset } from '../../facts/zfs/datasets.js';
import { isWithin, parentDataset, poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { byteSize } from '../../text/byte-size.js';
import { DEFAULT_GUARD_CONFIGURATION } from '../../config/guard-configuration.js';
import { withLayersParent, type LayersParent } from '../shared/layers-parent.js';
import type { RuleSettings } from '../../config/guard-settings.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

type Data = {
  readonly dataset: string;
  readonly available: number;
  /** The dataset or pool whose space it is. */
  readonly limit: string;
  readonly limitKind: 'quota' | 'refquota' | 'pool';
};

export const littleSpace = defineRule<Data>({
  code: 'CG502',
  slug: 'little-space',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'Little space is left for layers',
  explanation: [
    'A layer needs space in its dataset. When the space runs out, pulls fail with "disk quota exceeded" (a ' +
      'quota) or "no space left on device" (the pool), and so may the next start of CRI-O, which writes its ' +
      'locks before anything else (GetStore in store.go of containers/storage).',
    'A quota counts everything below its dataset: all layers, and their snapshots. A refquota counts only ' +
      'what the dataset itself holds, here the records in graphroot, and limits no layer; when it is used up ' +
      'CRI-O cannot write its records. kubelet sees the free space of the file system, and may not see a ' +
      'smaller quota.',
    'This rule reports less than 256 MiB (space_minimum in crio-guard.conf), or less than 5 % (space_percent) ' +
      'and less than 20 GiB (space_plenty).',
  ],
  remedy: [
    'Remove images that no container uses, and snapshots that use space.',
    'Raise the quota, or make the pool larger. A pool that is nearly full is also slow.',
  ],
  references: [
    'zfsprops(7)',
    'https://github.com/lxc/lxd/issues/3795',
    'https://github.com/lxc/lxd/issues/8291',
  ],
  messageId: '9062b95ff5d65357a159956a669c3d94',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ input, settings }, parent) => {
      const isScarce = scarcity(settings);
      const { name, properties } = parent.dataset;
      const { available, used, refquota, referenced } = properties;
      const layers = spaceForLayers(parent);
      if (isScarce(layers, used))
        return finding<Data>({ dataset: name, available: layers, ...limitOf(parent, layers) });
      const holdsRecords = valueOf(input.facts.graphroot.mount)?.source === name;
      return refquota > 0 && holdsRecords && isScarce(available, referenced)
        ? finding<Data>({ dataset: name, available, limit: name, limitKind: 'refquota' })
        : passed;
    }),
  message: ({ dataset, available, limit, limitKind }) => {
    const left = byteSize(available);
    switch (limitKind) {
      case 'pool':
        return `Only ${left} is left for layers in ${dataset}: the pool ${limit} is nearly full.`;
      case 'quota':
        return `Only ${left} is left for layers in ${dataset}: the quota of ${limit} is nearly used up.`;
      case 'refquota':
        return `Only ${left} is left for the records of images in ${dataset}: its refquota is nearly used up.`;
    }
  },
  advice: ({ dataset, limit, limitKind }) =>
    limitKind === 'refquota'
      ? [
          sentence('Layers do not count here. Raise it, or see what else lies in the dataset itself:'),
          command(`zfs get refquota,referenced ${shellWord(dataset)}`),
        ]
      : [
          sentence('Images that no container uses:'),
          command('crictl rmi --prune'),
          sentence('Where the space went:'),
          command(`zfs list -o space -S used -r ${shellWord(limit)} | head -n 20`),
          limitKind === 'pool'
            ? command(`zpool list ${shellWord(limit)}`)
            : command(`zfs get quota,used ${shellWord(limit)}`),
        ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none', properties: { used: '900000000', available: '100000000' } },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { used: '800000000', available: '100000000' },
          },
        ],
      },
      {
        datasets: [
          {
            name: 'tank',
            mountpoint: 'none',
            properties: { used: '10000000000', available: '900000000000' },
          },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { used: '10000000000', available: '50000000', quota: '10050000000' },
          },
        ],
      },
      {
        datasets: [
          {
            name: 'tank',
            mountpoint: 'none',
            properties: { used: '10000000000', available: '900000000000' },
          },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { referenced: '990000000', available: '10000000', refquota: '1000000000' },
          },
        ],
      },
    ],
    pass: [
      {},
      {
        fsname: 'tank/layers',
        datasets: [
          {
            name: 'tank',
            mountpoint: 'none',
            properties: { used: '10000000000', available: '900000000000' },
          },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { available: '900000000000' } },
          {
            name: 'tank/layers',
            mountpoint: 'none',
            properties: { available: '1000000', refquota: '1048576' },
          },
        ],
      },
      {
        datasets: [
          {
            name: 'tank',
            mountpoint: 'none',
            properties: { used: '97000000000000', available: '3000000000000' },
          },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { used: '97000000000000', available: '3000000000000' },
          },
        ],
      },
    ],
  },
});

/**
 * Below the minimum an image of ordinary size does not fit, however small the pool is. A small share of a large pool
 * still holds many images.
 */
function scarcity(settings: RuleSettings = DEFAULT_GUARD_CONFIGURATION) {
  const minimum = settings.space_minimum * MIB;
  const plenty = settings.space_plenty * GIB;
  const share = settings.space_percent / 100;
  return (available: number, used: number): boolean =>
    available < minimum || (available < plenty && available < share * (available + used));
}

/** ZFS rounds and reserves a little: what is left below a limit need not be the same to the byte. */
const SLACK = 64 * MIB;

/** What zfs calls available heeds the refquota of the dataset, which does not hold for the layers below it. */
function spaceForLayers({ dataset, datasets }: LayersParent): number {
  const { available, refquota, referenced, quota, used } = dataset.properties;
  if (refquota === 0 || refquota - referenced > available + SLACK) return available;
  const above = datasets.find((candidate) => candidate.name === parentDataset(dataset.name));
  return Math.min(above?.properties.available ?? Infinity, quota === 0 ? Infinity : quota - used);
}

/** Which limit comes first: the quota of the dataset or of one above it, or the pool itself. */
function limitOf({ dataset, datasets }: LayersParent, available: number): Pick<Data, 'limit' | 'limitKind'> {
  const left = ({ properties: { quota, used } }: Dataset): number => quota - used;
  const [first] = datasets
    .filter(({ name }) => isWithin(dataset.name, name))
    .filter(({ properties }) => properties.quota > 0)
    .sort((a, b) => left(a) - left(b));
  return first !== undefined && left(first) <= available + SLACK
    ? { limit: first.name, limitKind: 'quota' }
    : { limit: poolOf(dataset.name), limitKind: 'pool' };
}
