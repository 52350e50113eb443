import { MOUNT_TABLE } from '../mount-table.js';
import { describeFailure, type Absent, type Unknown } from '../probe.js';

/** How a question about a path may be asked. */
export type Access =
  /** By a system call of our own. */
  | { readonly kind: 'direct' }
  /** By a child process, which can be left behind. `storage` names what it may wait for. */
  | { readonly kind: 'child'; readonly storage: string }
  /** Not at all: a process that asks waits in the kernel until an administrator acts. */
  | { readonly kind: 'never'; readonly why: string };

/** The two kinds of questions about a path. */
export interface Reachability {
  /** stat, lstat and statfs */
  readonly status: Access;
  /** open, read, readlink and readdir */
  readonly content: Access;
}

export const direct: Access = { kind: 'direct' };
export const everything: Reachability = { status: direct, content: direct };

export function byChild(storage: string): Reachability {
  const child: Access = { kind: 'child', storage };
  return { status: child, content: child };
}

/** Where the table of mounts is not known, nothing is asked: not even which program could be left behind. */
export function ofUnknownStorage(table: Absent | Unknown): Reachability {
  const error =
    table.state === 'absent' ? `could not read ${MOUNT_TABLE}: ${table.errno}` : describeFailure(table.why);
  const never: Access = { kind: 'never', why: `the storage that it lies on is unknown: ${error}` };
  return { status: never, content: never };
}
