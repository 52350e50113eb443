import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { parseMountInfo, type Mount } from '../mountinfo.js';
import { parentOf } from '../paths.js';
import { poolOf, poolStateFile } from '../pool-state.js';

/** File systems that live on this machine's own block devices or in memory; all others may hang. */
const PROMPT = new Set([
  'ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'vfat', 'iso9660', 'squashfs', 'erofs', 'overlay',
  'tmpfs', 'ramfs', 'rootfs', 'proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'securityfs', 'efivarfs',
  'debugfs', 'tracefs', 'configfs', 'bpf', 'mqueue', 'hugetlbfs', 'pstore', 'selinuxfs', 'fusectl', 'binfmt_misc',
]); // prettier-ignore

/** How a question about a path may be asked. */
export type Access =
  /** By a system call of our own. */
  | { readonly kind: 'direct' }
  /** By a child process, which can be left behind. */
  | { readonly kind: 'child' }
  /** Not at all: whoever asks waits in the kernel until an administrator acts. */
  | { readonly kind: 'never'; readonly why: string };

/** The two kinds of questions about a path. */
export interface Reachability {
  /** stat, lstat and statfs */
  readonly status: Access;
  /** open, read, readlink and readdir */
  readonly content: Access;
}

const direct: Access = { kind: 'direct' };
const child: Access = { kind: 'child' };
const everything: Reachability = { status: direct, content: direct };

/** What a look at this machine's mounts needs; read once. */
export interface MountedStorage {
  /** /proc/self/mountinfo */
  readonly mountInfo: Uint8Array;
  /** A file of this program: the storage it lies on is taken to work. */
  readonly program: string;
  /** The state of a pool as the kernel tells it without a lock; undefined when it cannot be read. */
  readonly poolState: (pool: string) => string | undefined;
}

/**
 * Decides for each path whether this process may touch it. A thread that hangs in the kernel would keep
 * the whole process from ending, so what lies on a pool or a network mount is read by a child, and what lies
 * on a pool that does not work by nobody. The file system this program itself was read from, and /, are taken
 * to work: without them nothing runs at all.
 */
export class HangingStorage {
  private readonly hasSlow: boolean;

  private constructor(
    /** The visible mount of each mountpoint: a later line hides an earlier one. */
    private readonly mounts: ReadonlyMap<string, Mount>,
    private readonly trusted: ReadonlySet<string>,
    private readonly poolState: MountedStorage['poolState'],
  ) {
    this.hasSlow = [...mounts.values()].some((mount) => this.isSlow(mount));
  }

  /** @returns undefined when the table of mounts is not understood */
  static of({ mountInfo, program, poolState }: MountedStorage): HangingStorage | undefined {
    const parsed = parseMountInfo(mountInfo);
    if (parsed.state !== 'known') return undefined;
    const mounts = new Map(parsed.value.map((mount) => [mount.mountpoint, mount]));
    const trusted = ['/', program].flatMap((path) => mountOf(mounts, path)?.device ?? []);
    return new HangingStorage(mounts, new Set(trusted), poolState);
  }

  /** @param program path of a file that has been read already */
  static ofThisProcess(program: string): HangingStorage | undefined {
    const mountInfo = readFileSync('/proc/self/mountinfo');
    return HangingStorage.of({ mountInfo, program, poolState: stateInKernel });
  }

  /** Follows the path component by component, as far as no look at such storage is needed for it. */
  reach(path: string): Reachability {
    if (!this.hasSlow) return everything;
    let resolved = '/';
    let rest = path.split('/').filter((name) => name !== '');
    for (let links = 0; rest.length > 0;) {
      const name = rest.shift() ?? '';
      if (name === '.') continue;
      resolved = name === '..' ? parentOf(resolved) : `${resolved === '/' ? '' : resolved}/${name}`;
      // A mountpoint is no symlink, whatever is mounted there.
      if (this.mounts.has(resolved)) continue;
      const slow = this.at(resolved);
      if (slow !== undefined) return slow;
      const target = linkTarget(resolved);
      if (target === undefined) continue;
      if (++links > 40) return everything;
      if (target.startsWith('/')) resolved = '/';
      else resolved = parentOf(resolved);
      rest = [...target.split('/').filter((part) => part !== ''), ...rest];
    }
    return this.at(resolved) ?? everything;
  }

  /** What there is to mind about a resolved path; undefined where it lies on storage that answers. */
  private at(path: string): Reachability | undefined {
    const mount = mountOf(this.mounts, path);
    if (mount === undefined || !this.isSlow(mount)) return undefined;
    if (mount.fileSystem !== 'zfs') return { status: child, content: child };
    const pool = poolOf(mount.source);
    const state = this.poolState(pool);
    if (state === undefined || state === 'ONLINE' || state === 'DEGRADED')
      return { status: direct, content: child };
    const never: Access = { kind: 'never', why: `it lies on the pool ${pool}, which is ${state}` };
    // The kernel holds the root directory of a mounted dataset: its status is there even when the disks are not.
    return { status: path === mount.mountpoint ? direct : never, content: never };
  }

  private isSlow(mount: Mount): boolean {
    return !PROMPT.has(mount.fileSystem) && !this.trusted.has(mount.device);
  }
}

/** The mount a resolved path lies on: that of the nearest mountpoint above it. */
function mountOf(mounts: ReadonlyMap<string, Mount>, path: string): Mount | undefined {
  for (let here = path; ; here = parentOf(here)) {
    const mount = mounts.get(here);
    if (mount !== undefined || here === '/') return mount;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function stateInKernel(pool: string): string | undefined {
  try {
    return readFileSync(poolStateFile(pool), 'utf8').trim();
  } catch {
    return undefined;
  }
}
