import { mountsAt } from '../../facts/zfs/datasets.js';
import { valueOf } from '../../host/probe.js';
import { shellWord } from '../../text/shell-word.js';
import type { StoreDiagnosis } from '../rule.js';
import { unitFileCommand, unitSetting } from './setting.js';
import { mountUnit } from '../../text/systemd-quoting.js';
import { isSystemDirectory } from './system-directory.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';

/** To whom a mount belongs that hides a dataset. */
export type MountOwner =
  /** The mount is of a directory that holds more than one thing, such as /var. */
  | 'system'
  /** /etc/fstab mounts it at each boot. */
  | 'fstab'
  /** A unit file mounts it. */
  | 'unit'
  /** A program or a person. */
  | 'other';

export function ownerOfMount(mountpoint: string, { input }: StoreDiagnosis): MountOwner {
  if (isSystemDirectory(mountpoint)) return 'system';
  if (input.facts.zfs.fstab?.includes(mountpoint) === true) return 'fstab';
  return input.facts.mountUnits?.includes(mountpoint) === true ? 'unit' : 'other';
}

/** Whether the dataset has a mountpoint of its own; with legacy, or unknown, it is mounted as a file system like others. */
export function mountsItself(name: string, { input }: StoreDiagnosis): boolean {
  const dataset = valueOf(input.facts.zfs.datasets)?.find((candidate) => candidate.name === name);
  return dataset !== undefined && mountsAt(dataset) !== undefined;
}

export interface Hidden {
  readonly dataset: string;
  readonly mountpoint: string;
  /** The dataset has a mountpoint of its own. */
  readonly isOwn: boolean;
}

/** What is mounted there, in order, and the units that mount something. */
export const whoMounts = (mountpoint: string): readonly AdviceLine[] => [
  command(`findmnt ${shellWord(mountpoint)}`),
  command('systemctl list-units --type=mount'),
];

/** A dataset that is mounted and hidden is mounted once more, on top; zfs mount would say that it is mounted. */
export function mountAgain({ dataset, mountpoint, isOwn }: Hidden): readonly AdviceLine[] {
  const [name, place] = [shellWord(dataset), shellWord(mountpoint)];
  return [
    command(`mkdir -p ${place} && ls -la ${place}`),
    command(`mount -t zfs ${isOwn ? '-o zfsutil ' : ''}${name} ${place}`),
  ];
}

const WHY: Readonly<Record<Exclude<MountOwner, 'other'>, (cover: string) => string>> = {
  system: (cover) => `${cover} holds more than the store of CRI-O`,
  fstab: (cover) => `/etc/fstab mounts ${cover}`,
  unit: (cover) => `The unit ${mountUnit(cover)} mounts ${cover}`,
};

/**
 * What to do about a mount that hides a dataset. What the system, /etc/fstab or a unit mounts stays: the order is wrong,
 * and the dataset is mounted after it.
 */
export function coverAdvice(
  cover: string,
  owner: MountOwner,
  hidden: Hidden | undefined,
): readonly AdviceLine[] {
  if (owner === 'other') {
    return [
      sentence('If nothing needs it, with CRI-O stopped:'),
      command(`umount ${shellWord(cover)}`),
      command('systemctl restart crio.service'),
    ];
  }
  const why = WHY[owner](cover);
  if (hidden === undefined) return [sentence(`${why}: leave it, and put graphroot on ZFS elsewhere.`)];
  if (cover === hidden.mountpoint) {
    return [
      sentence(`${why}, and ${hidden.dataset} belongs there too: a person has to decide which is meant.`),
      sentence('Then give the other one another place, and restart the machine.'),
    ];
  }
  return [
    sentence(`${why}: leave it. ${hidden.dataset} has to be mounted after it.`),
    sentence(
      `With CRI-O stopped, mount it again on top, if ${hidden.mountpoint} shows nothing that you need there:`,
    ),
    ...mountAgain(hidden),
    sentence('For the next boot:'),
    hidden.isOwn
      ? unitFileCommand(
          'zfs-mount.service',
          'crio-guard-order.conf',
          'Unit',
          unitSetting('RequiresMountsFor', cover),
        )
      : sentence(
          `In /etc/fstab, add x-systemd.requires-mounts-for=${cover} to the options of ${hidden.mountpoint}.`,
        ),
    command('systemctl restart crio.service'),
  ];
}
