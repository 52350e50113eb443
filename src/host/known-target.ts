import type { FileStatus } from './host.js';
import type { Probe } from './probe.js';

/**
 * What lstat(2) has answered for stat(2) as well: a path without a symlink at its end has one status.
 *
 * @returns undefined where stat(2) has to be asked
 */
export function knownTarget(status: Probe<FileStatus> | undefined): Probe<FileStatus> | undefined {
  if (status?.state === 'absent') return status;
  return status?.state === 'known' && status.value.kind !== 'symlink' ? status : undefined;
}
