import type { Host } from './host.js';
import { absent, known, type Probe } from './probe.js';
import { fromWorkingDirectory, goClean } from './paths.js';

/** Go gives up after this many links (path/filepath walkSymlinks). */
const LINK_LIMIT = 255;

/**
 * filepath.EvalSymlinks: the path without symlinks, absent when any part of it is missing or is no directory.
 *
 * @param path as written; a relative one stays relative
 */
export async function evaluateSymlinks(
  host: Host,
  path: string,
  workingDirectory: string,
): Promise<Probe<string>> {
  let rest = path.split('/').filter((part) => part !== '');
  let resolved = path.startsWith('/') ? '/' : '';
  let links = 0;
  while (rest.length > 0) {
    const part = rest.shift() ?? '';
    if (part === '.') continue;
    if (part === '..') {
      resolved = parentOf(resolved);
      continue;
    }
    const next = resolved === '' || resolved.endsWith('/') ? `${resolved}${part}` : `${resolved}/${part}`;
    const place = fromWorkingDirectory(workingDirectory, next);
    const status = await host.lstat(place);
    // Storage that does not work was not asked, and CRI-O waits there for ever: where the rest leads is no matter.
    if (status.state === 'unknown' && status.why.kind === 'not-asked') {
      return known(goClean([next, ...rest].join('/')));
    }
    if (status.state !== 'known') return status;
    if (status.value.kind !== 'symlink') {
      if (status.value.kind !== 'directory' && rest.length > 0) return absent('ENOTDIR');
      resolved = next;
      continue;
    }
    if (++links > LINK_LIMIT) return absent('ELOOP');
    const target = await host.readLink(place);
    if (target.state !== 'known') return target;
    rest = [...target.value.split('/').filter((name) => name !== ''), ...rest];
    if (target.value.startsWith('/')) resolved = '/';
  }
  return known(goClean(resolved));
}

/** One step up from a path without symlinks; a relative path climbs above where it starts. */
function parentOf(path: string): string {
  if (path === '/') return '/';
  if (path === '' || path === '..' || path.endsWith('/..')) return path === '' ? '..' : `${path}/..`;
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '';
  return slash === 0 ? '/' : path.slice(0, slash);
}
