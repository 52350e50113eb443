import type { Mount } from '../../src/host/mountinfo.js';
import type { FileStatus, FileSystemStatus } from '../../src/host/host.js';
import type { DirectoryEntry } from '../../src/host/host.js';
import { poolOf } from '../../src/host/pool-state.js';
import { mapProbe, unknown, type Probe, type Unknown } from '../../src/host/probe.js';
import { MemoryHost, type MemoryHostContent } from '../host/memory-host.js';
import { mountinfoText, mountOf } from './machine-mounts.js';

/** f_type by file system. */
const MAGIC: Readonly<Record<string, number>> = {
  zfs: 0x2fc12fc1,
  ext4: 0xef53,
  xfs: 0x58465342,
  btrfs: 0x9123683e,
  tmpfs: 0x01021994,
  devtmpfs: 0x01021994,
  ramfs: 0x858458f6,
  proc: 0x9fa0,
  sysfs: 0x62656572,
  nfs4: 0x6969,
};

/** btrfs gives each subvolume a device number of its own, which mountinfo does not know. */
const deviceSeen = ({ fileSystem, device }: Mount): string => (fileSystem === 'btrfs' ? '0:900' : device);

/** A host in memory with mounts: every path has the device and the file system of the mount it is seen on. */
export class MachineHost extends MemoryHost {
  constructor(
    private readonly machine: MemoryHostContent,
    private readonly mounts: readonly Mount[],
    /** States of the pools; of what lies on one that does not work nothing is asked. */
    private readonly pools: Readonly<Record<string, string>> = {},
  ) {
    const files = { ...machine.files, '/proc/self/mountinfo': mountinfoText(mounts) };
    super({ ...machine, files });
  }

  override async stat(path: string): Promise<Probe<FileStatus>> {
    const place = this.resolve(path, true);
    return this.stuck(`stat ${path}`, place) ?? this.onMount(await super.stat(path), place);
  }

  override async lstat(path: string): Promise<Probe<FileStatus>> {
    const place = this.resolve(path, false);
    return this.stuck(`lstat ${path}`, place) ?? this.onMount(await super.lstat(path), place);
  }

  override async readFile(path: string, limit?: number): Promise<Probe<Uint8Array>> {
    return this.stuck(`read ${path}`, this.resolve(path, true)) ?? super.readFile(path, limit);
  }

  override async readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    return this.stuck(`list ${path}`, `${this.resolve(path, true)}/.`) ?? super.readDirectory(path);
  }

  override async statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    const place = this.resolve(path, true);
    const stuck = this.stuck(`statfs ${path}`, place);
    if (stuck !== undefined) return stuck;
    const mount = this.mountOf(place);
    const counts = {
      blockSize: 4096,
      blocks: 1048576,
      availableBlocks: 524288,
      files: 65536,
      freeFiles: 60000,
    };
    return mapProbe(await super.statFileSystem(path), () => ({
      type: MAGIC[mount.fileSystem] ?? 0,
      ...counts,
    }));
  }

  /** As HangingStorage decides it: the root directory of a mounted dataset still has its status. */
  private stuck(question: string, place: string): Unknown | undefined {
    const mount = this.mountOf(place);
    const pool = poolOf(mount.source);
    const state = mount.fileSystem === 'zfs' ? (this.pools[pool] ?? 'ONLINE') : 'ONLINE';
    if (state === 'ONLINE' || state === 'DEGRADED' || place === mount.mountpoint) return undefined;
    return unknown('not-asked', question, `it lies on the pool ${pool}, which is ${state}`);
  }

  private onMount(status: Probe<FileStatus>, path: string): Probe<FileStatus> {
    return mapProbe(status, (found) => ({
      ...found,
      device: deviceSeen(this.mountOf(path)),
      mode: /^\/usr\/s?bin\//.test(path) ? 0o755 : found.mode,
    }));
  }

  private mountOf(path: string): Mount {
    const seen = mountOf(this.mounts, path);
    if (seen === undefined) throw new Error(`nothing is mounted at ${path}`);
    return seen;
  }

  private resolve(path: string, follow: boolean): string {
    let resolved = '';
    let rest = path.split('/').filter((name) => name !== '' && name !== '.');
    for (let links = 0; rest.length > 0;) {
      const name = rest.shift() ?? '';
      const next = name === '..' ? resolved.slice(0, resolved.lastIndexOf('/')) : `${resolved}/${name}`;
      const target = this.machine.symlinks?.[next];
      if (target === undefined || (rest.length === 0 && !follow) || ++links > 40) {
        resolved = next;
        continue;
      }
      if (target.startsWith('/')) resolved = '';
      rest = [...target.split('/').filter((part) => part !== ''), ...rest];
    }
    return resolved === '' ? '/' : resolved;
  }
}
