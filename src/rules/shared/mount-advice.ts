import type { Facts } from '../../facts/facts.js';
import type { DirectoryContents } from '../../facts/store/mountpoint-contents.js';
import { encryptionKeyOf } from '../../facts/zfs/encryption-key.js';
import { poolAnswers } from '../../facts/zfs/pools.js';
import { poolOf } from '../../host/pool-state.js';
import { valueOf, type Probe } from '../../host/probe.js';
import { loadKeyAdvice } from './encryption-key.js';
import type { Intention } from './intention.js';
import type { StoreDiagnosis } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';

type Contents = DirectoryContents['kind'] | 'unknown';

/** What an administrator needs to know of a dataset that is not mounted, to mount it. */
export type MountData = {
  readonly dataset: string;
  readonly mountpoint: string;
  /** What asks for the mount: the property, or a file. */
  readonly source: string;
  readonly exists: boolean;
  readonly canmount: string;
  readonly keystatus: string;
  /** The dataset whose key is not loaded, and where that is kept; empty when no key is missing. */
  readonly encryptionroot: string;
  readonly keylocation: string;
  readonly mountedAt: readonly string[];
  /** It is delegated to a container. */
  readonly zoned: boolean;
  readonly contents: Contents;
  /** The first few things that lie in the mountpoint. */
  readonly foreign: readonly string[];
};

const BY_PROPERTY = 'mountpoint property';

export function mountDataOf({ intended, listed }: Intention, { input }: StoreDiagnosis): MountData {
  const datasets = valueOf(input.facts.zfs.datasets) ?? [];
  const key =
    listed?.properties.keystatus === 'unavailable'
      ? encryptionKeyOf(listed, datasets)
      : { encryptionroot: '', keylocation: '' };
  return {
    dataset: intended.dataset,
    mountpoint: intended.mountpoint,
    source: intended.file ?? BY_PROPERTY,
    exists: listed !== undefined || !isListed(input.facts, intended.dataset),
    canmount: listed?.properties.canmount ?? '',
    keystatus: listed?.properties.keystatus ?? '',
    ...key,
    mountedAt: intended.mountedAt,
    zoned: valueOf(intended.zoned) === true,
    contents: kindOf(intended.contents),
    foreign: valueOf(intended.contents)?.foreign ?? [],
  };
}

/** Whether the datasets of its pool were listed, so that one that is not among them does not exist. */
function isListed({ zfs }: Facts, dataset: string): boolean {
  const pool = valueOf(zfs.pools)?.find(({ name }) => name === poolOf(dataset));
  return zfs.datasets.state === 'known' && pool !== undefined && poolAnswers(pool);
}

export function kindOf(contents: Probe<DirectoryContents>): Contents {
  if (contents.state === 'absent') return 'empty';
  if (contents.state === 'unknown') return 'unknown';
  return contents.value.kind;
}

/** Steps that mount the dataset, with what lies in the way of it. */
export function mountAdvice(data: MountData): readonly AdviceLine[] {
  const dataset = shellWord(data.dataset);
  const mountpoint = shellWord(data.mountpoint);
  if (!data.exists) {
    return [
      sentence(
        `${data.source} names ${data.dataset}, which does not exist. See what there is, and correct the file:`,
      ),
      command('zfs list -o name,mountpoint,mounted'),
    ];
  }
  if (data.zoned) {
    return [
      sentence(
        `${data.dataset} has zoned=on: it is delegated to a container, and zfs mount refuses it on the host.`,
      ),
      sentence('If it is meant for CRI-O, and no container uses it:'),
      command(`zfs set zoned=off ${dataset} && zfs mount ${dataset}`),
      sentence(
        'If it is not, give graphroot a dataset of its own, or name that of the layers with zfs.fsname.',
      ),
    ];
  }
  return [
    ...(data.mountedAt.length === 0
      ? []
      : [
          sentence(`It is mounted on ${data.mountedAt.join(', ')} only. If nothing uses it there:`),
          ...data.mountedAt.map((place) => command(`umount ${shellWord(place)}`)),
        ]),
    ...clearAdvice(data),
    ...(data.keystatus === 'unavailable' ? loadKeyAdvice(data) : []),
    data.source === BY_PROPERTY
      ? command(`zfs mount ${dataset}`)
      : command(`mkdir -p ${mountpoint} && mount ${mountpoint}`),
    command('systemctl restart crio.service'),
    sentence('See why it was not mounted at boot:'),
    command('journalctl -b -u zfs-mount.service -u zfs-import.target'),
  ];
}

/** What to do first about things in the mountpoint. Nothing but CRI-O's own leftovers is moved unseen. */
export function clearAdvice({
  mountpoint,
  contents,
  foreign,
}: Pick<MountData, 'mountpoint' | 'contents' | 'foreign'>): readonly AdviceLine[] {
  const word = shellWord(mountpoint);
  switch (contents) {
    case 'empty':
      return [];
    case 'skeleton':
      return [
        sentence(`${mountpoint} holds only files of a failed start of CRI-O; rename it first:`),
        command(`mv ${word} ${shellWord(`${mountpoint}.before-mount`)} && mkdir ${word}`),
      ];
    case 'foreign':
      return [
        sentence(`${mountpoint} holds files that the mount will hide: ${foreign.join(', ')}.`),
        sentence('See what they are, and move what you still need to another place first:'),
        command(`ls -la ${word}`),
      ];
    case 'unknown':
      return [command(`ls -la ${word}  # should be empty`)];
  }
}
