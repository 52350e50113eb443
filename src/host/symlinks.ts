import type { Host } from './host.js';
import { absent, known, valueOf, type Probe } from './probe.js';
import { PathWalk } from './path-walk.js';
import { fromWorkingDirectory, goClean } from './paths.js';

/** Go gives up after this many links (path/filepath walkSymlinks). */
const GO_LINK_LIMIT = 255;
/** The kernel gives up after this many (MAXSYMLINKS). */
export const KERNEL_LINK_LIMIT = 40;

/**
 * filepath.EvalSymlinks: the path without symlinks; absent when a part of it is missing or is not a directory.
 *
 * @param path as written; a relative one stays relative
 */
export async function evaluateSymlinks(
  host: Host,
  path: string,
  workingDirectory: string,
): Promise<Probe<string>> {
  const walk = new PathWalk(path, GO_LINK_LIMIT);
  for (let next = walk.next(); next !== undefined; next = walk.next()) {
    const place = fromWorkingDirectory(workingDirectory, next);
    const status = await host.lstat(place);
    // CRI-O waits for ever on storage that does not work. Where the rest leads does not matter then.
    if (status.state === 'unknown' && status.why.kind === 'not-asked') return known(walk.withRest());
    if (status.state !== 'known') return status;
    if (status.value.kind !== 'symlink') {
      if (status.value.kind !== 'directory' && walk.hasMore()) return absent('ENOTDIR');
      walk.enter();
      continue;
    }
    const target = await host.readLink(place);
    if (target.state !== 'known') return target;
    if (!walk.follow(target.value)) return absent('ELOOP');
  }
  return known(goClean(walk.here()));
}

/**
 * Where an absolute path lies, without symlinks. Names that do not exist, or cannot be looked at, are kept as they
 * are: mkdir(2) would make them there.
 */
export async function physicalPath(host: Host, path: string): Promise<string> {
  const walk = new PathWalk(path, KERNEL_LINK_LIMIT);
  for (let next = walk.next(); next !== undefined; next = walk.next()) {
    const status = valueOf(await host.lstat(next));
    if (status === undefined) return walk.withRest();
    const target = status.kind === 'symlink' ? valueOf(await host.readLink(next)) : undefined;
    if (target === undefined) walk.enter();
    else if (!walk.follow(target)) return walk.withRest();
  }
  return walk.here();
}
