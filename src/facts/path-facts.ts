import type { FileStatus, FileSystemStatus } from '../host/host.js';
import type { Mount } from '../host/mountinfo.js';
import { contains } from '../host/containment.js';
import { goJoin } from '../host/paths.js';
import type { Probe } from '../host/probe.js';

/**
 * What a path will be once CRI-O has run `mkdir -p` on it: which directory exists already, which have to be
 * made, and on what file system.
 */
export interface PathFacts {
  /** Absolute and cleaned as filepath.Abs does, symlinks kept. */
  readonly path: string;
  /** Where it lies, without symlinks. */
  readonly physical: string;
  /** Where its parent directory lies (filepath.Dir of the path as written), without symlinks. */
  readonly parentPhysical: string;
  /** stat(2) of the path itself. */
  readonly status: Probe<FileStatus>;
  /** The deepest directory that exists on the way; symlinks followed. */
  readonly nearest: { readonly path: string; readonly status: Probe<FileStatus> };
  /** Directories that `mkdir -p` makes, the outermost first. */
  readonly missing: readonly string[];
  /** What keeps `mkdir -p` from making them, in the words of the kernel. */
  readonly obstacle?: { readonly path: string; readonly reason: Obstacle };
  /** Each symlink on the way with its target, the outermost first. */
  readonly symlinks: readonly { readonly path: string; readonly target: string }[];
  /** f_type that statfs(filepath.Dir(path)) gives after `mkdir -p` (drivers.GetFSMagic). */
  readonly parentFileSystem: Probe<number>;
  /** f_type of the path itself after `mkdir -p`. */
  readonly fileSystem: Probe<FileSystemStatus>;
  /** The mount the nearest existing directory lies on. */
  readonly mount: Probe<Mount>;
  /** The mount its parent directory lies on after `mkdir -p`. */
  readonly parentMount: Probe<Mount>;
}

/** What mkdir(2) says of what is in the way. */
export type Obstacle = 'not a directory' | 'file exists' | 'file name too long';

/**
 * Where a path lies that CRI-O makes on the way to `root` or below it. No symlink can lie below what is still to be
 * made.
 */
export function physicalFrom(root: Pick<PathFacts, 'path' | 'physical'>, path: string): string {
  if (contains(root.path, path)) return goJoin(root.physical, path.slice(root.path.length));
  const below = root.path.slice(path.length);
  const isOnTheWay = contains(path, root.path) && root.physical.endsWith(below);
  return isOnTheWay ? root.physical.slice(0, -below.length) : path;
}
