import type { Mount } from '../../host/mountinfo.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';

const REFUSED_WRITES: ReadonlySet<string> = new Set([
  'read-only file system',
  'disk quota exceeded',
  'no space left on device',
]);

/** Whether the file system refuses, and not what is there. */
export const isRefusedWrite = (reason: string): boolean => REFUSED_WRITES.has(reason);

/** What can be done where the kernel refuses to write, in its words. */
export function refusedWriteAdvice(
  reason: string,
  path: string,
  { fileSystem, source, mountpoint }: Pick<Mount, 'fileSystem' | 'source' | 'mountpoint'>,
): readonly AdviceLine[] {
  const dataset = fileSystem === 'zfs' ? shellWord(source) : undefined;
  switch (reason) {
    case 'read-only file system':
      return dataset === undefined
        ? [
            sentence('Check why it is read-only (dmesg shows disk errors):'),
            command(`findmnt -T ${shellWord(path)}`),
          ]
        : [
            sentence('Check whether the dataset is read-only, or only its mount:'),
            command(`zfs get -o name,value,source readonly ${dataset}; findmnt -T ${shellWord(path)}`),
            sentence('If that is not intended, make the dataset or the mount writable:'),
            command(`zfs set readonly=off ${dataset}`),
            command(`mount -o remount,rw ${shellWord(mountpoint)}`),
          ];
    case 'disk quota exceeded':
    case 'no space left on device':
      return dataset === undefined
        ? [command(`df -h ${shellWord(path)}`)]
        : [
            sentence('Show the space usage, including snapshots:'),
            command(`zfs list -o space -S used -r ${dataset} | head -n 20`),
            command(`zfs get quota,refquota,available ${dataset}`),
          ];
    default:
      return [command(`ls -ld ${shellWord(path)}`)];
  }
}
