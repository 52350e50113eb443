import { listDatasets, type Dataset } from '../facts/zfs/datasets.js';
import { poolAnswers, readPools, type Pool } from '../facts/zfs/pools.js';
import type { Host } from '../host/host.js';
import { findTool } from '../host/look-path.js';
import { poolOf } from '../host/pool-state.js';
import { describeFailure, valueOf } from '../host/probe.js';
import { nearestName } from '../text/nearest-name.js';
import { command, sentence, type AdviceLine } from '../text/advice-line.js';
import { shellWord } from '../text/shell-word.js';
import type { Recommendation } from './recommendation.js';

/** The dataset that the new one is made in, and all of its pool. */
export interface Parent {
  readonly kind: 'parent';
  readonly name: string;
  readonly datasets: readonly Dataset[];
}

/**
 * @param wanted name of a pool, or of a dataset in it
 * @returns the parent, or what is missing; no program of ZFS runs before the state of the pool was read
 */
export async function findParent(host: Host, wanted: string | undefined): Promise<Parent | Recommendation> {
  const zfs = await findTool(host, 'zfs', '/usr/local/sbin:/usr/local/bin');
  if (zfs.state === 'unknown') return unknownBecause(describeFailure(zfs.why));
  if (zfs.state === 'absent') return missing(sentence('The zfs command is not installed.'), ...INSTALL);
  const pools = await readPools(host);
  if (pools.state === 'unknown') return unknownBecause(describeFailure(pools.why));
  if (pools.state === 'absent' || (await host.stat('/dev/zfs')).state === 'absent')
    return missing(sentence('The zfs module is not loaded.'), command('modprobe zfs'), ...INSTALL);
  if (wanted === undefined) return withoutPool(pools.value);
  const name = poolOf(wanted);
  const pool = pools.value.find((candidate) => candidate.name === name);
  if (pool === undefined) return notImported(name, pools.value);
  if (!poolAnswers(pool)) {
    return unknownBecause(
      `the pool ${name} is ${valueOf(pool.state) ?? 'in an unknown state'}: zfs could hang on it`,
    );
  }
  const listed = await listDatasets(host, zfs.value, [name]);
  if (listed.state !== 'known') {
    return unknownBecause(listed.state === 'unknown' ? describeFailure(listed.why) : 'nothing was listed');
  }
  const parent = listed.value.find((dataset) => dataset.name === wanted);
  if (parent?.type !== 'filesystem') {
    const what = parent === undefined ? 'does not exist' : 'is a volume, and holds no datasets';
    return missing(
      sentence(`${wanted} ${what}.`),
      command(`zfs list -r -o name,mountpoint ${shellWord(name)}`),
    );
  }
  return whyUnfit(parent) ?? { kind: 'parent', name: wanted, datasets: listed.value };
}

const unknownBecause = (why: string): Recommendation => ({ kind: 'unknown', why });
const missing = (...lines: readonly AdviceLine[]): Recommendation => ({ kind: 'missing', lines });

const INSTALL = [
  sentence(
    'Debian has it in the packages zfsutils-linux and zfs-dkms of contrib, Ubuntu in zfsutils-linux; for others see https://openzfs.github.io/openzfs-docs/Getting%20Started/.',
  ),
];

const CREATE = [
  sentence('If there is none, make a pool of a disk that nothing uses. This erases the disk:'),
  sentence('See which disks there are:'),
  command('lsblk -o NAME,SIZE,FSTYPE,MOUNTPOINTS,MODEL,SERIAL'),
  sentence(
    'Then, with the name of the disk for DISK: zpool create -o ashift=12 -O mountpoint=none tank /dev/disk/by-id/DISK',
  ),
];

function withoutPool(pools: readonly Pool[]): Recommendation {
  if (pools.length === 0) {
    return missing(
      sentence('No pool is imported. See which pools could be:'),
      command('zpool import'),
      ...CREATE,
    );
  }
  return missing(
    sentence(
      `Name the pool, or a dataset in it, that the dataset for layers is to be made in: ${pools.map(described).join(', ')}.`,
    ),
    ...pools.filter(poolAnswers).map(({ name }) => command(`crio-guard --recommend ${shellWord(name)}`)),
  );
}

const described = ({ name, state }: Pool): string => `${name} (${valueOf(state) ?? 'state unknown'})`;

function notImported(name: string, pools: readonly Pool[]): Recommendation {
  const names = pools.map((pool) => pool.name);
  const near = nearestName(name, names);
  const others = names.length === 0 ? 'none is' : `imported: ${pools.map(described).join(', ')}`;
  return missing(
    sentence(`The pool ${name} is not imported; ${others}.`),
    ...(near === undefined ? [] : [command(`crio-guard --recommend ${shellWord(near)}`)]),
    sentence('See which pools could be imported:'),
    command('zpool import'),
    ...(names.length === 0 ? CREATE : []),
  );
}

/** A dataset in which no child can be made and mounted. */
function whyUnfit({ name, properties }: Dataset): Recommendation | undefined {
  const { keystatus, readonly, encryptionroot } = properties;
  if (keystatus === 'unavailable') {
    const root = encryptionroot === '-' ? name : encryptionroot;
    return missing(sentence(`The key of ${name} is not loaded.`), command(`zfs load-key ${shellWord(root)}`));
  }
  if (readonly !== 'on') return undefined;
  return missing(
    sentence(`${name} has readonly=on, which the dataset for layers would inherit. See where it comes from:`),
    command(`zfs get -o name,value,source readonly ${shellWord(name)}`),
  );
}
