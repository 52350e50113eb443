import { baseName, fromWorkingDirectory, goAbs, parentOf } from '../host/paths.js';
import { physicalPath } from '../host/symlinks.js';
import type { Host } from '../host/host.js';
import { chainProbe, known, mapProbe, unknown, type Probe } from '../host/probe.js';
import { contains } from '../host/containment.js';
import type { PathFacts } from './path-facts.js';
import type { Mount } from '../host/mountinfo.js';
import { MountTree } from '../host/mount-tree.js';

/** What a file system takes as a name, and the kernel as a path, in bytes. */
const NAME_LIMIT = 255;
const PATH_LIMIT = 4095;

/**
 * Looks at a path the way `mkdir -p` and the driver's look-ups will: stat(2) follows symlinks, the parent
 * is the lexical one (Go filepath.Dir).
 *
 * @param path as os.MkdirAll gets it: of the roots absolute and clean, of the image store as it was written
 */
export async function collectPath(
  host: Host,
  path: string,
  mounts: Probe<readonly Mount[]>,
  workingDirectory = '/',
): Promise<PathFacts> {
  const walk = await walkUp(host, path, workingDirectory);
  const { status } = walk;
  const clean = goAbs(workingDirectory, path);
  const parent = parentOf(clean);
  const parentNearest = contains(walk.nearest.path, parent) ? walk.nearest.path : parent;
  const symlinks = await collectSymlinks(host, clean);
  const physicalOf = (place: string): Promise<string> => physicalBehind(host, place, symlinks);
  const onMount = mountAt(walk.nearest, await physicalOf(walk.nearest.path), mounts);
  const [parentStatus, parentFileSystem, fileSystem, nearestOfParent, physical, parentPhysical] =
    await Promise.all([
      parentNearest === walk.nearest.path ? walk.nearest.status : host.stat(parentNearest),
      host.statFileSystem(parentNearest),
      host.statFileSystem(walk.nearest.path),
      physicalOf(parentNearest),
      physicalOf(clean),
      physicalOf(parent),
    ]);
  const parentPlace = { path: parentNearest, status: parentStatus };
  return {
    path,
    physical,
    parentPhysical,
    status,
    nearest: walk.nearest,
    missing: walk.missing,
    ...(walk.obstacle === undefined ? {} : { obstacle: walk.obstacle }),
    symlinks,
    parentFileSystem: mapProbe(parentFileSystem, (found) => found.type),
    fileSystem,
    mount: onMount,
    parentMount:
      parentNearest === walk.nearest.path ? onMount : mountAt(parentPlace, nearestOfParent, mounts),
  };
}

/** Asks the host only where a symlink is on the way. */
async function physicalBehind(host: Host, path: string, symlinks: PathFacts['symlinks']): Promise<string> {
  return symlinks.some((link) => contains(link.path, path)) ? physicalPath(host, path) : path;
}

interface Walk {
  readonly status: PathFacts['status'];
  readonly nearest: PathFacts['nearest'];
  readonly missing: readonly string[];
  readonly obstacle?: NonNullable<PathFacts['obstacle']>;
}

/** os.MkdirAll: up to the first directory that exists, or to what is in the way of one. */
async function walkUp(host: Host, path: string, workingDirectory: string): Promise<Walk> {
  const at = (place: string): string => fromWorkingDirectory(workingDirectory, place);
  const missing: string[] = [];
  let here = path;
  let answer = await host.stat(at(here));
  const status = answer;
  let obstacle: Walk['obstacle'];
  for (;;) {
    if (answer.state === 'unknown' || (answer.state === 'known' && answer.value.kind === 'directory')) break;
    if (answer.state === 'known') {
      obstacle = { path: here, reason: 'not a directory' };
    } else {
      const itself = await host.lstat(at(here.replace(/\/+$/, '')));
      // mkdir(2) on a dangling symlink says EEXIST, and os.MkdirAll does not look through it.
      if (itself.state === 'known') obstacle = { path: here, reason: 'file exists' };
    }
    missing.unshift(here);
    const above = here
      .replace(/\/+$/, '')
      .replace(/[^/]+$/, '')
      .replace(/\/$/, '');
    here = above === '' && here.startsWith('/') ? '/' : above;
    answer = await host.stat(here === '' ? workingDirectory : at(here));
    if (here === '' || here === '/') break;
  }
  const long = missing.find(isTooLong);
  if (obstacle === undefined && long !== undefined) obstacle = { path: long, reason: 'file name too long' };
  return {
    status,
    nearest: { path: goAbs(workingDirectory, here), status: answer },
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

const isTooLong = (path: string): boolean =>
  Buffer.byteLength(path) > PATH_LIMIT || Buffer.byteLength(baseName(path)) > NAME_LIMIT;

/**
 * The mount that the directory is seen on; where the path is unknown, a mount with its device number.
 *
 * @param physical the directory free of symlinks
 */
export function mountAt(
  place: PathFacts['nearest'],
  physical: string,
  mounts: Probe<readonly Mount[]>,
): Probe<Mount> {
  const { path, status } = place;
  return chainProbe(mounts, (table) => {
    const visible = MountTree.of(table).visible(physical);
    // Storage that does not work was not asked. Whoever goes by this name comes to it, wherever the name leads then.
    const isStuck = status.state === 'unknown' && status.why.kind === 'not-asked';
    if (isStuck && visible !== undefined) return known(visible);
    const snapshot = visible === undefined ? undefined : snapshotMount(visible, physical);
    if (snapshot !== undefined) return known(snapshot);
    return chainProbe(status, ({ device }) => {
      if (visible?.device === device) return known(visible);
      const best = longest(table.filter((mount) => mount.device === device));
      if (best !== undefined) return known(best);
      // The device numbers of btrfs and overlay are not those of their mounts.
      return visible === undefined
        ? unknown('failed', `find the mount of ${path}`, `no line of mountinfo has device ${device}`)
        : known(visible);
    });
  });
}

/**
 * A snapshot below .zfs/snapshot of a dataset is mounted on demand and read-only, in the namespace of the machine: our
 * own table need not show it.
 */
function snapshotMount(mount: Mount, physical: string): Mount | undefined {
  if (mount.fileSystem !== 'zfs' || mount.root !== '/') return undefined;
  const directory = `${mount.mountpoint === '/' ? '' : mount.mountpoint}/.zfs/snapshot/`;
  if (!physical.startsWith(directory)) return undefined;
  const name = physical.slice(directory.length).split('/', 1)[0] ?? '';
  if (name === '') return undefined;
  const options = ['ro', ...mount.options.filter((option) => option !== 'rw')];
  return { ...mount, mountpoint: directory + name, source: `${mount.source}@${name}`, options };
}

function longest(mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (best === undefined || mount.mountpoint.length >= best.mountpoint.length) best = mount;
  }
  return best;
}
