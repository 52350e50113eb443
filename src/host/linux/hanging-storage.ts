import { lstatSync, readlinkSync } from 'node:fs';
import { contains } from '../containment.js';
import { CONTENT_LIMIT } from '../host.js';
import { MOUNT_TABLE } from '../mount-table.js';
import { MountTree } from '../mount-tree.js';
import { parseMountInfo, type Mount } from '../mountinfo.js';
import { PathWalk } from '../path-walk.js';
import { parentOf } from '../paths.js';
import { poolOf, poolStateFile } from '../pool-state.js';
import { chainProbe, known, mapProbe, valueOf, type Probe } from '../probe.js';
import { KERNEL_LINK_LIMIT } from '../symlinks.js';
import { byChild, direct, everything, type Access, type Reachability } from './reachability.js';
import { readRegularFile } from './regular-file.js';

/** File systems that live on this machine's own block devices or in memory; all others may hang. */
const PROMPT = new Set([
  'ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'vfat', 'iso9660', 'squashfs', 'erofs', 'overlay',
  'tmpfs', 'ramfs', 'rootfs', 'proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'securityfs', 'efivarfs',
  'debugfs', 'tracefs', 'configfs', 'bpf', 'mqueue', 'hugetlbfs', 'pstore', 'selinuxfs', 'fusectl', 'binfmt_misc',
]); // prettier-ignore

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
 * the whole process from ending. So a child reads what lies on a pool or a network mount, and nothing is read on a
 * pool that does not work. The file system that this program was read from, and /, are taken to work: without
 * them nothing runs at all.
 */
export class HangingStorage {
  private readonly hasSlow: boolean;
  private readonly tree: MountTree;
  private readonly trusted: ReadonlySet<string>;

  private constructor(
    private readonly mountInfo: Uint8Array,
    private readonly mounts: readonly Mount[],
    program: string,
    private readonly poolState: MountedStorage['poolState'],
  ) {
    this.tree = MountTree.of(mounts);
    this.trusted = new Set(['/', program].flatMap((path) => this.mountOf(path)?.device ?? []));
    this.hasSlow = mounts.some((mount) => this.isSlow(mount));
  }

  /** Unknown where the table of mounts is not understood: then anything may hang. */
  static of({ mountInfo, program, poolState }: MountedStorage): Probe<HangingStorage> {
    return mapProbe(
      parseMountInfo(mountInfo),
      (mounts) => new HangingStorage(mountInfo, mounts, program, poolState),
    );
  }

  /** @param program path of a file that has been read already */
  static ofThisProcess(program: string): Probe<HangingStorage> {
    return chainProbe(readRegularFile(MOUNT_TABLE, CONTENT_LIMIT), (mountInfo) =>
      HangingStorage.of({ mountInfo, program, poolState: stateInKernel }),
    );
  }

  /** Parses a table that is read later, unless nothing in it has changed: it can have ten thousand lines. */
  parse(mountInfo: Uint8Array): Probe<readonly Mount[]> {
    return Buffer.compare(mountInfo, this.mountInfo) === 0 ? known(this.mounts) : parseMountInfo(mountInfo);
  }

  /** By path. */
  private readonly targets = new Map<string, string | undefined>();

  private linkTarget(path: string): string | undefined {
    if (!this.targets.has(path)) this.targets.set(path, readTarget(path));
    return this.targets.get(path);
  }

  /** Paths without a symlink on the way, on storage that answers: the questions of one run are about few directories. */
  private readonly plain = new Set<string>();

  /** The last mount on the way to the physical path decides. */
  reach(path: string): Reachability {
    if (!this.hasSlow) return everything;
    const above = parentOf(path);
    const walk = new PathWalk(path, KERNEL_LINK_LIMIT, this.plain.has(above) ? above : '/');
    for (let next = walk.next(); next !== undefined; next = walk.next()) {
      const mount = this.mountOf(next);
      // A mountpoint, and each directory above one, is not a symlink: the kernel keeps it in memory.
      const isAboveMount = (): boolean => this.mountOf(walk.withRest()) !== mount;
      const isSlow = mount !== undefined && this.isSlow(mount);
      if (mount?.mountpoint === next || (isSlow && isAboveMount())) {
        walk.enter();
        continue;
      }
      // Whether it is a symlink cannot be asked without the risk to hang.
      if (isSlow) return this.at(next, mount);
      const target = this.linkTarget(next);
      if (target === undefined) {
        walk.enter();
        this.plain.add(next);
      } else if (!walk.follow(target)) return everything;
    }
    const mount = this.mountOf(walk.here());
    return mount === undefined || !this.isSlow(mount) ? everything : this.at(walk.here(), mount);
  }

  private at(path: string, mount: Mount): Reachability {
    const { fileSystem, mountpoint, source } = mount;
    if (fileSystem !== 'zfs') return byChild(`the ${fileSystem} file system on ${mountpoint}`);
    const pool = poolOf(source);
    const state = this.poolState(pool);
    // The kernel holds the root directory of a mounted dataset: its status is there even when the disks are not.
    const ofRoot = path === mountpoint ? direct : undefined;
    // ONLINE does not prove that the disks answer: only a child waits for them.
    if (state === undefined || state === 'ONLINE' || state === 'DEGRADED') {
      const child = byChild(`the dataset ${source} of the pool ${pool}`);
      return { status: ofRoot ?? child.status, content: child.content };
    }
    const never: Access = { kind: 'never', why: `it lies on the pool ${pool}, which is ${state}` };
    return { status: ofRoot ?? never, content: never };
  }

  private isSlow(mount: Mount): boolean {
    return !PROMPT.has(mount.fileSystem) && !this.trusted.has(mount.device);
  }

  /** @param path without symlinks */
  private mountOf(path: string): Mount | undefined {
    // In a chroot the table may lack the mount of /.
    return (
      this.tree.visible(path) ?? deepest(this.mounts.filter(({ mountpoint }) => contains(mountpoint, path)))
    );
  }
}

function deepest(mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (best === undefined || mount.mountpoint.length >= best.mountpoint.length) best = mount;
  }
  return best;
}

/** @returns undefined when it is no symlink */
function readTarget(path: string): string | undefined {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function stateInKernel(pool: string): string | undefined {
  const state = valueOf(readRegularFile(poolStateFile(pool), 4096));
  return state === undefined ? undefined : Buffer.from(state).toString('utf8').trim();
}
