import type { DirectoryEntry, Host } from '../../host/host.js';
import { absent, known, type Probe } from '../../host/probe.js';
import { DRIVER_NAMES } from './store.js';

/** Contents of the directory that a dataset would be mounted on. */
export interface DirectoryContents {
  /** `skeleton`: nothing but the empty files and directories that a failed start of CRI-O leaves behind. */
  readonly kind: 'empty' | 'skeleton' | 'foreign';
  /** Paths of the first few things that belong to neither. */
  readonly foreign: readonly string[];
}

const FEW = 5;

/** A failed start leaves these, all of them empty (store.go GetStore). */
const SKELETON_FILES: ReadonlySet<string> = new Set(['storage.lock', 'userns.lock']);
const SKELETON_DIRECTORIES: ReadonlySet<string> = new Set(['mounts', ...DRIVER_NAMES]);

/**
 * Checks whether the mountpoint holds only the directories down to graphroot and the leftovers of failed
 * starts, also of one with a graphroot further up.
 *
 * @param graphroot at or below the mountpoint, without symlinks
 */
export async function readContents(
  host: Host,
  mountpoint: string,
  graphroot: string,
): Promise<Probe<DirectoryContents>> {
  const foreign: string[] = [];
  let empty = true;
  const below = graphroot.slice(mountpoint.length).split('/').slice(1);
  let here = mountpoint;
  for (const next of [...below, undefined]) {
    const entries = await host.readDirectory(here);
    if (entries.state === 'unknown') return entries;
    if (entries.state === 'absent') break;
    if (entries.value.length > 0) empty = false;
    for (const entry of entries.value) {
      const path = `${here}/${entry.name}`;
      // An earlier start can have used one of the directories above as graphroot.
      const isOnTheWay = entry.name === next && entry.kind === 'directory';
      if (isOnTheWay || (await isSkeleton(host, path, entry))) continue;
      if (foreign.length < FEW) foreign.push(path);
    }
    if (next !== undefined) here = `${here}/${next}`;
  }
  return known({ kind: foreign.length > 0 ? 'foreign' : empty ? 'empty' : 'skeleton', foreign });
}

async function isSkeleton(host: Host, path: string, { name, kind }: DirectoryEntry): Promise<boolean> {
  if (kind === 'file' && SKELETON_FILES.has(name)) {
    const status = await host.stat(path);
    return status.state === 'known' && status.value.size === 0;
  }
  if (kind !== 'directory' || !SKELETON_DIRECTORIES.has(name)) return false;
  const entries = await host.readDirectory(path);
  return entries.state === 'known' && entries.value.length === 0;
}

/** Directories in a skeleton, one in the other: those down to graphroot, and the driver's. */
const DEPTH = 32;

/**
 * What lies in a directory beside empty directories and the empty files that a failed start of CRI-O leaves behind.
 *
 * @returns the path of the first such thing, absent when there is none
 */
export async function foreignIn(host: Host, directory: string, depth = DEPTH): Promise<Probe<string>> {
  if (depth === 0) return known(directory);
  const entries = await host.readDirectory(directory);
  if (entries.state !== 'known') return entries;
  for (const entry of entries.value) {
    const path = `${directory}/${entry.name}`;
    if (await isSkeleton(host, path, entry)) continue;
    if (entry.kind !== 'directory') return known(path);
    const below = await foreignIn(host, path, depth - 1);
    if (below.state !== 'absent') return below;
  }
  return absent();
}
