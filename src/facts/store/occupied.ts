import { goDir, goJoin } from '../../host/paths.js';
import type { DirectoryEntry, Host } from '../../host/host.js';
import { known, type Probe } from '../../host/probe.js';

/** What mkdir(2) and open(2) meet at a path. */
export type Occupant =
  | 'nothing'
  | 'directory'
  /** Anything that is no directory; a symlink to such a thing too. */
  | 'file'
  /** A symlink to what is not there, in a directory that is: open(2) makes it. */
  | 'dangling symlink'
  /** A symlink into a directory that is not there. */
  | 'symlink to nowhere'
  | 'symlink loop';

/** Something at a path that the store makes, opens or reads. */
export interface Occupied {
  readonly path: string;
  readonly by: Probe<Occupant>;
}

/** stat(2), and lstat(2) where that finds nothing. */
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

/** Follows a symlink that leads nowhere to the directory that its end would lie in. */
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

/** The same for a path in a directory that was listed: only a symlink has to be looked at. */
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
