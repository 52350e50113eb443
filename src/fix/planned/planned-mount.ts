/** A dataset that is still to be mounted. */
export interface PlannedMount {
  readonly dataset: string;
  readonly mountpoint: string;
}

/** Device of a mount that is only planned: no real one has this major number. */
export const PLANNED_DEVICE = '0:1048575';

/** Its line in /proc/self/mountinfo. */
export const mountInfoLine = ({ dataset, mountpoint }: PlannedMount): string =>
  `999999 1 ${PLANNED_DEVICE} / ${escapeName(mountpoint)} rw - zfs ${escapeName(dataset)} rw\n`;

/** As the kernel writes names into mountinfo. */
function escapeName(name: string): string {
  return name.replace(
    /[ \t\n\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
