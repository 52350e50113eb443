import { goDir, goJoin } from '../../host/paths.js';
import type { DirectoryEntry, Host } from '../../host/host.js';
import { known, type Probe } from '../../host/probe.js';

/** What mkdir(2) and open(2) find at a path. */
export type Occupant =
  | 'nothing'
  | 'directory'
  /** Anything that is not a directory; also a symlink to it. */
  | 'file'
  /** A symlink to a missing file in an existing directory: open(2) creates it. */
  | 'dangling symlink'
  /** A symlink into a missing directory. */
  | 'symlink to nowhere'
  | 'symlink loop';

/** The occupant of a path that the store creates, opens or reads. */
export interface Occupied {
  readonly path: string;
  readonly by: Probe<Occupant>;
}

/** stat(2), then lstat(2) where it finds nothing. */
export async function occupantOf(host: Host, path: string): Promise<Probe<Occupant>> {
  const status = await host.stat(path);
  if (status.state === 'unknown') return status;
  if (status.state === 'known') return known(status.value.kind === 'directory' ? 'directory' : 'file');
  const itself = await host.lstat(path);
  if (itself.state === 'absent') return known('nothing');
  if (itself.state === 'unknown') return itself;
  if (status.errno === 'ELOOP') return known('symlink loop');
  return danglingLink(host, path);
}

/** Follows a dangling symlink to the directory of its target. */
async function danglingLink(host: Host, path: string): Promise<Probe<Occupant>> {
  const target = await host.readLink(path);
  if (target.state === 'unknown') return target;
  if (target.state === 'absent') return known('nothing');
  const end = target.value.startsWith('/') ? target.value : `${goDir(path)}/${target.value}`;
  if ((await host.lstat(end)).state === 'known') return danglingLink(host, end);
  const directory = await host.stat(goDir(end));
  if (directory.state === 'unknown') return directory;
  return known(directory.state === 'known' ? 'dangling symlink' : 'symlink to nowhere');
}

/** The same for an entry of a listed directory: only a symlink needs a further call. */
export async function occupantIn(
  host: Host,
  directory: string,
  entries: Probe<readonly DirectoryEntry[]>,
  name: string,
): Promise<Probe<Occupant>> {
  if (entries.state !== 'known') return entries.state === 'absent' ? known('nothing') : entries;
  const entry = entries.value.find((candidate) => candidate.name === name);
  if (entry === undefined) return known('nothing');
  if (entry.kind === 'symlink') return occupantOf(host, goJoin(directory, name));
  return known(entry.kind === 'directory' ? 'directory' : 'file');
}
