import { mountsAt } from '../facts/datasets.js';
import { contains } from '../facts/containment.js';
import type { DirectoryEntry, Host } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import type { StoreDiagnosis } from '../rules/rule.js';

/** What a directory holds that a dataset would be mounted over. */
export type Contents = 'absent' | 'empty' | 'skeleton' | 'full';

export interface MountTargets {
  /** Mountpoints of unmounted datasets on the way to graphroot, with what lies in the directory now. */
  readonly directories: ReadonlyMap<string, Contents>;
  /** Key files of datasets that are there and can be read. */
  readonly readableFiles: ReadonlySet<string>;
}

/** Looks at what the corrections of unmounted datasets depend on, for the datasets that matter here. */
export async function readMountTargets(host: Host, { situation }: StoreDiagnosis): Promise<MountTargets> {
  const directories = new Map<string, Contents>();
  const readableFiles = new Set<string>();
  const datasets = valueOf(situation.facts.zfs.datasets) ?? [];
  for (const dataset of datasets) {
    const mountpoint = mountsAt(dataset);
    if (mountpoint === undefined) continue;
    if (!contains(mountpoint, situation.request.graphroot)) continue;
    const contents = await contentsOf(host, mountpoint);
    if (contents !== undefined) directories.set(mountpoint, contents);
    const file = /^file:\/\/(\/.*)$/.exec(dataset.keylocation)?.[1];
    if (file !== undefined && dataset.keystatus === 'unavailable' && (await isReadable(host, file))) {
      readableFiles.add(file);
    }
  }
  return { directories, readableFiles };
}

async function isReadable(host: Host, path: string): Promise<boolean> {
  const status = await host.stat(path);
  return status.state === 'known' && status.value.kind === 'file' && status.value.size > 0;
}

async function contentsOf(host: Host, directory: string): Promise<Contents | undefined> {
  const entries = await host.readDirectory(directory);
  if (entries.state === 'absent') return 'absent';
  if (entries.state === 'unknown') return undefined;
  if (entries.value.length === 0) return 'empty';
  return (await isSkeleton(host, directory, entries.value, 1)) ? 'skeleton' : 'full';
}

/** What a failed start of CRI-O leaves behind (store.go GetStore): empty locks and empty directories. */
const SKELETON_FILES = new Set(['storage.lock', 'userns.lock']);

async function isSkeleton(
  host: Host,
  directory: string,
  entries: readonly DirectoryEntry[],
  depth: number,
): Promise<boolean> {
  for (const { name, kind } of entries) {
    const path = `${directory}/${name}`;
    if (kind === 'file' && SKELETON_FILES.has(name)) {
      const status = await host.stat(path);
      if (status.state !== 'known' || status.value.size !== 0) return false;
    } else if (kind === 'directory') {
      const inside = await host.readDirectory(path);
      if (inside.state !== 'known') return false;
      if (
        inside.value.length > 0 &&
        (depth === 0 || !(await isSkeleton(host, path, inside.value, depth - 1)))
      )
        return false;
    } else {
      return false;
    }
  }
  return true;
}
