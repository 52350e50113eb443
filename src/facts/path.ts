import type { Host } from '../host/host.js';
import { chainProbe, known, mapProbe, unknown, type Probe } from '../host/probe.js';
import { contains } from './containment.js';
import type { PathFacts } from './facts.js';
import type { Mount } from './mountinfo.js';

/**
 * Looks at a path the way `mkdir -p` and the driver's look-ups will: stat(2) follows symlinks, the parent
 * is the lexical one (Go filepath.Dir).
 *
 * @param path absolute and clean
 */
export async function collectPath(
  host: Host,
  path: string,
  mounts: Probe<readonly Mount[]>,
): Promise<PathFacts> {
  const status = await host.stat(path);
  const walk = await walkUp(host, path, status);
  const parent = parentOf(path);
  const parentNearest = contains(walk.nearest.path, parent) ? walk.nearest.path : parent;
  const onMount = mountAt(walk.nearest, mounts);
  const [parentStatus, parentFileSystem, fileSystem, symlinks] = await Promise.all([
    parentNearest === walk.nearest.path ? walk.nearest.status : host.stat(parentNearest),
    host.statFileSystem(parentNearest),
    host.statFileSystem(walk.nearest.path),
    collectSymlinks(host, path),
  ]);
  const parentPlace = { path: parentNearest, status: parentStatus };
  return {
    path,
    status,
    nearest: walk.nearest,
    missing: walk.missing,
    ...(walk.obstacle === undefined ? {} : { obstacle: walk.obstacle }),
    symlinks,
    parentFileSystem: mapProbe(parentFileSystem, (found) => found.type),
    fileSystem,
    mount: onMount,
    parentMount: parentNearest === walk.nearest.path ? onMount : mountAt(parentPlace, mounts),
  };
}

interface Walk {
  readonly nearest: PathFacts['nearest'];
  readonly missing: readonly string[];
  readonly obstacle?: NonNullable<PathFacts['obstacle']>;
}

/** os.MkdirAll: up to the first directory that exists, or to what is in the way of one. */
async function walkUp(host: Host, path: string, status: PathFacts['status']): Promise<Walk> {
  const missing: string[] = [];
  let here = path;
  let answer = status;
  let obstacle: Walk['obstacle'];
  for (;;) {
    if (answer.state === 'known' && answer.value.kind === 'directory') break;
    if (answer.state === 'known') {
      obstacle = { path: here, reason: 'not a directory' };
    } else if (answer.state === 'unknown') {
      break;
    } else {
      const itself = await host.lstat(here);
      // mkdir(2) on a dangling symlink says EEXIST, and os.MkdirAll does not look through it.
      if (itself.state === 'known') obstacle = { path: here, reason: 'file exists' };
    }
    if (here === '/') break;
    missing.unshift(here);
    here = parentOf(here);
    answer = await host.stat(here);
  }
  return {
    nearest: { path: here, status: answer },
    missing,
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

async function collectSymlinks(host: Host, path: string): Promise<PathFacts['symlinks']> {
  const found: { path: string; target: string }[] = [];
  for (let here = path; here !== '/'; here = parentOf(here)) {
    const status = await host.lstat(here);
    if (status.state !== 'known' || status.value.kind !== 'symlink') continue;
    const target = await host.readLink(here);
    found.unshift({ path: here, target: target.state === 'known' ? target.value : '?' });
  }
  return found;
}

/** The mount with the directory's device number; among several, the one whose mountpoint is nearest. */
export function mountAt(place: PathFacts['nearest'], mounts: Probe<readonly Mount[]>): Probe<Mount> {
  const { path, status } = place;
  return chainProbe(mounts, (table) => {
    // Storage that does not work was not asked. Whoever goes by this name comes to it, wherever the name leads then.
    const named =
      status.state === 'unknown' && status.why.kind === 'not-asked' ? nearestTo(path, table) : undefined;
    if (named !== undefined) return known(named);
    return chainProbe(status, ({ device }) => {
      const candidates = table.filter((mount) => mount.device === device);
      const above = candidates.filter((mount) => contains(mount.mountpoint, path));
      const best = longest(above.length > 0 ? above : candidates) ?? btrfsAt(path, table);
      return best === undefined
        ? unknown('failed', `find the mount of ${path}`, `no line of mountinfo has device ${device}`)
        : known(best);
    });
  });
}

/** btrfs gives each subvolume a device number of its own, which no line of the table shows. */
function btrfsAt(path: string, table: readonly Mount[]): Mount | undefined {
  const top = nearestTo(path, table);
  return top?.fileSystem === 'btrfs' ? top : undefined;
}

const nearestTo = (path: string, table: readonly Mount[]): Mount | undefined =>
  longest(table.filter(({ mountpoint }) => contains(mountpoint, path)));

function longest(mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (best === undefined || mount.mountpoint.length >= best.mountpoint.length) best = mount;
  }
  return best;
}

/** Go filepath.Dir of an absolute, clean path. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
