import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { parseMountInfo, type Mount } from '../facts/mountinfo.js';
import { parentOf } from '../facts/path.js';

/** File systems that live on this machine's own block devices or in memory; all others may hang. */
const PROMPT = new Set([
  'ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'vfat', 'iso9660', 'squashfs', 'erofs', 'overlay',
  'tmpfs', 'ramfs', 'rootfs', 'proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'securityfs', 'efivarfs',
  'debugfs', 'tracefs', 'configfs', 'bpf', 'mqueue', 'hugetlbfs', 'pstore', 'selinuxfs', 'fusectl', 'binfmt_misc',
]); // prettier-ignore

/** How a path may be looked at. */
export type Reach =
  /** By a system call of our own. */
  | 'direct'
  /** stat, lstat and statfs answer even when the pool is gone; open, read and readdir may not. */
  | 'status-only'
  /** Nothing but a child process, which can be left behind. */
  | 'child';

/**
 * Decides for each path whether this process may touch it. A thread that hangs in the kernel would keep
 * the whole process from ending, so what lies on a pool or a network mount is read by a child. The file
 * system this program itself was read from, and /, are taken to work: without them nothing runs at all.
 */
export class HangingStorage {
  private readonly hasSlow: boolean;

  private constructor(
    /** The visible mount of each mountpoint: a later line hides an earlier one. */
    private readonly mounts: ReadonlyMap<string, Mount>,
    private readonly trusted: ReadonlySet<string>,
  ) {
    this.hasSlow = [...mounts.values()].some((mount) => this.isSlow(mount));
  }

  /** @param program path of a file that has been read already */
  static ofThisProcess(program: string): HangingStorage | undefined {
    const parsed = parseMountInfo(readFileSync('/proc/self/mountinfo'));
    if (parsed.state !== 'known') return undefined;
    const mounts = new Map(parsed.value.map((mount) => [mount.mountpoint, mount]));
    const trusted = ['/', program].flatMap((path) => mountOf(mounts, path)?.device ?? []);
    return new HangingStorage(mounts, new Set(trusted));
  }

  /** Follows the path component by component, and stops before the first that lies on such storage. */
  reach(path: string): Reach {
    if (!this.hasSlow) return 'direct';
    let resolved = '/';
    let rest = path.split('/').filter((name) => name !== '');
    for (let links = 0; rest.length > 0;) {
      const name = rest.shift() ?? '';
      if (name === '.') continue;
      resolved = name === '..' ? parentOf(resolved) : `${resolved === '/' ? '' : resolved}/${name}`;
      const slow = this.at(resolved);
      if (slow !== undefined) return slow;
      const target = linkTarget(resolved);
      if (target === undefined) continue;
      if (++links > 40) return 'direct';
      if (target.startsWith('/')) resolved = '/';
      else resolved = parentOf(resolved);
      rest = [...target.split('/').filter((part) => part !== ''), ...rest];
    }
    return 'direct';
  }

  private at(path: string): Reach | undefined {
    const mount = mountOf(this.mounts, path);
    if (mount === undefined || !this.isSlow(mount)) return undefined;
    return mount.fileSystem === 'zfs' ? 'status-only' : 'child';
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
