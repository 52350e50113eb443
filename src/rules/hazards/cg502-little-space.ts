import type { Dataset } from '../../facts/datasets.js';
import { poolOf } from '../../facts/pools.js';
import { byteSize } from '../byte-size.js';
import { withLayersParent, type LayersParent } from '../layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../shell-word.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Below this an image of ordinary size does not fit, however small the pool is. */
const TOO_LITTLE = 256 * MIB;
/** A small share of a large pool still holds many images. */
const PLENTY = 20 * GIB;
const SMALL_SHARE = 0.05;

export const littleSpace = defineRule<{
  readonly dataset: string;
  readonly available: number;
  readonly limit: string;
  readonly limitKind: 'quota' | 'refquota' | 'pool';
}>({
  code: 'CG502',
  slug: 'little-space',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'Little space is left for layers',
  explanation: [
    'A layer needs space in the dataset it is made in. When that runs out, pulls fail with "disk quota ' +
      'exceeded" (a quota) or "no space left on device" (the pool), and so may the next start of CRI-O, ' +
      'which writes its locks before anything else (GetStore in store.go of containers/storage).',
    'A quota counts everything below its dataset: all layers, and their snapshots. A refquota counts ' +
      'only what the dataset itself holds, here the metadata in graphroot, and no layer. kubelet sees ' +
      'the free space of the file system, and may not see the quota that comes first.',
    'The limits of this rule are a matter of judgement: less than 256 MiB, or less than 5 % and less ' +
      'than 20 GiB.',
  ],
  remedy: [
    'Remove images that nobody uses, and snapshots that hold space.',
    'Raise the quota, or make the pool larger. A pool that is nearly full is slow, too.',
  ],
  references: [
    'zfsprops(7)',
    'https://github.com/lxc/lxd/issues/3795',
    'https://github.com/lxc/lxd/issues/8291',
  ],
  messageId: '9062b95ff5d65357a159956a669c3d94',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, (_, parent) => {
      const { name, available, used } = parent.dataset;
      const scarce =
        available < TOO_LITTLE || (available < PLENTY && available < SMALL_SHARE * (available + used));
      if (!scarce) return passed;
      return finding({ dataset: name, available, ...limitOf(parent) });
    }),
  message: ({ dataset, available, limit, limitKind }) =>
    `Only ${byteSize(available)} is left for layers in ${dataset}: ` +
    (limitKind === 'pool'
      ? `pool ${limit} is nearly full.`
      : `the ${limitKind} of ${limit} is nearly used up.`),
  advice: ({ dataset, limit, limitKind }) => [
    'Images that no container uses:',
    'crictl rmi --prune',
    'Where the space went:',
    `zfs list -o space -r ${shellWord(limit)}`,
    ...(limitKind === 'pool'
      ? [`zpool list ${shellWord(limit)}`]
      : [`zfs get quota,refquota,used ${shellWord(dataset === limit ? dataset : limit)}`]),
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
    ],
    pass: [
      {},
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

/** Which limit comes first: that of the dataset or one above it, or the pool itself. */
function limitOf({ dataset, datasets }: LayersParent): {
  readonly limit: string;
  readonly limitKind: 'quota' | 'refquota' | 'pool';
} {
  const left = ({ quota, used }: Dataset): number => quota - used;
  const limited = datasets
    .filter(({ name, quota }) => quota > 0 && (name === dataset.name || dataset.name.startsWith(`${name}/`)))
    .sort((a, b) => left(a) - left(b));
  const first = limited[0];
  // ZFS rounds and reserves a little: what is left below the quota need not be the same to the byte.
  if (first !== undefined && left(first) <= dataset.available + 64 * MIB) {
    return { limit: first.name, limitKind: 'quota' };
  }
  const { refquota, referenced } = dataset;
  if (refquota > 0 && refquota - referenced <= dataset.available + 64 * MIB) {
    return { limit: dataset.name, limitKind: 'refquota' };
  }
  return { limit: poolOf(dataset.name), limitKind: 'pool' };
}
