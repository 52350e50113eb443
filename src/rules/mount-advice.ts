import type { DirectoryContents } from '../facts/mountpoint-contents.js';
import { valueOf, type Probe } from '../host/probe.js';
import type { Intention } from './intention.js';
import { shellWord } from './shell-word.js';

/** What an administrator needs to know of a dataset that is not mounted, to mount it. */
export interface MountData {
  readonly dataset: string;
  readonly mountpoint: string;
  /** What asks for the mount: the property, or a file. */
  readonly source: string;
  readonly exists: boolean;
  readonly canmount: string;
  readonly keystatus: string;
  readonly mountedAt: readonly string[];
  readonly contents: 'empty' | 'skeleton' | 'foreign' | 'unknown';
  /** The first few things that lie in the mountpoint. */
  readonly foreign: readonly string[];
}

export function mountDataOf({ intended, properties }: Intention): MountData {
  return {
    dataset: intended.dataset,
    mountpoint: intended.mountpoint,
    source: intended.file ?? 'mountpoint property',
    exists: properties !== undefined,
    canmount: properties?.canmount ?? '',
    keystatus: properties?.keystatus ?? '',
    mountedAt: intended.mountedAt,
    contents: kindOf(intended.contents),
    foreign: valueOf(intended.contents)?.foreign ?? [],
  };
}

export function kindOf(contents: Probe<DirectoryContents>): MountData['contents'] {
  if (contents.state === 'absent') return 'empty';
  if (contents.state === 'unknown') return 'unknown';
  if (contents.value.empty) return 'empty';
  return contents.value.foreign.length === 0 ? 'skeleton' : 'foreign';
}

/** Steps that mount the dataset, with what lies in the way of it. */
export function mountAdvice(data: MountData): readonly string[] {
  const dataset = shellWord(data.dataset);
  const mountpoint = shellWord(data.mountpoint);
  if (!data.exists) {
    return [
      `${data.source} names ${data.dataset}, which does not exist. See what there is, and correct the file:`,
      'zfs list -o name,mountpoint,mounted',
    ];
  }
  return [
    ...(data.mountedAt.length === 0
      ? []
      : [
          `It is mounted on ${data.mountedAt.join(', ')} only. If nothing uses it there:`,
          ...data.mountedAt.map((place) => `umount ${shellWord(place)}`),
        ]),
    ...clearAdvice(data),
    ...(data.keystatus === 'unavailable' ? [`zfs load-key ${dataset}`] : []),
    data.source === 'mountpoint property' ? `zfs mount ${dataset}` : `mount ${mountpoint}`,
    'systemctl restart crio.service',
    'See why it was not mounted at boot:',
    'journalctl -b -u zfs-mount.service -u zfs-import.target',
  ];
}

/** An OpenZFS before 2.0 does not mount over files, a later one hides them. */
function clearAdvice({ mountpoint, contents, foreign }: MountData): readonly string[] {
  const aside = `mv ${shellWord(mountpoint)} ${shellWord(`${mountpoint}.before-mount`)} && mkdir ${shellWord(mountpoint)}`;
  switch (contents) {
    case 'empty':
      return [];
    case 'skeleton':
      return [`${mountpoint} holds what a failed start of CRI-O left there; move it aside first:`, aside];
    case 'foreign':
      return [
        `${mountpoint} holds files that the mount would hide (${foreign.join(', ')}). If they are not needed there:`,
        aside,
      ];
    case 'unknown':
      return [`ls -la ${shellWord(mountpoint)}  # should be empty`];
  }
}
