import { MOUNT_TABLE } from '../../host/mount-table.js';
import { asksOrdering } from '../../facts/node/service-ordering.js';
import type { Action } from '../actions.js';
import { contains } from '../../host/containment.js';
import { listedAsMounted, ZFS_LIST_ARGUMENTS } from '../../facts/zfs/datasets.js';
import { baseName, parentOf } from '../../host/paths.js';
import {
  ZFS_SUPER_MAGIC,
  type DirectoryEntry,
  type Execution,
  type FileStatus,
  type FileSystemStatus,
  type Host,
  type RunSettings,
} from '../../host/host.js';
import { APPEARS_WITH_MODULE, asksModule, beforeLoading, isToldByModule } from './planned-module.js';
import { listedWith, type PlannedDataset } from './planned-dataset.js';
import { mountInfoLine, PLANNED_DEVICE } from './planned-mount.js';
import { withDropIns } from './planned-ordering.js';
import { absent, known, mapProbe, type Probe } from '../../host/probe.js';

/**
 * The host as it would be once a plan was carried out. Every question about something the plan does not
 * touch goes to the host itself. Below a mountpoint that is still to be mounted nothing is assumed to lie
 * but the directories the plan makes; what really lies there is looked at after the correction. What only a
 * module knows that is still to be loaded is unknown.
 */
export class PlannedHost implements Host {
  constructor(
    private readonly host: Host,
    private readonly actions: readonly Action[],
    /** Files that would no longer be there. */
    private readonly withdrawn: ReadonlySet<string> = new Set(),
    private readonly created: readonly PlannedDataset[] = [],
  ) {}

  async readFile(path: string, limit?: number): Promise<Probe<Uint8Array>> {
    if (path === MOUNT_TABLE) {
      const lines = Buffer.from(this.mounts().map(mountInfoLine).join(''));
      return mapProbe(await this.host.readFile(path, limit), (before) => Buffer.concat([before, lines]));
    }
    const file = this.actions.find((action) => action.kind === 'write-file' && action.path === path);
    if (file?.kind === 'write-file') return known(Buffer.from(file.content, 'utf8'));
    return this.redirect(path, (real) => this.host.readFile(real, limit));
  }

  stat(path: string): Promise<Probe<FileStatus>> {
    return this.status(path, (real) => this.host.stat(real));
  }

  lstat(path: string): Promise<Probe<FileStatus>> {
    return this.status(path, (real) => this.host.lstat(real));
  }

  readLink(path: string): Promise<Probe<string>> {
    return this.redirect(path, (real) => this.host.readLink(real));
  }

  async readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    const real = await this.redirect<readonly DirectoryEntry[]>(path, (there) =>
      this.host.readDirectory(there),
    );
    const added = this.actions.flatMap((action): DirectoryEntry[] => {
      if (action.kind !== 'write-file' && action.kind !== 'make-directory') return [];
      if (parentOf(action.path) !== path) return [];
      const name = baseName(action.path);
      return [{ name, kind: action.kind === 'write-file' ? 'file' : 'directory' }];
    });
    const isPlanned = added.length > 0 || this.made(path) || this.mountpointOver(path) === path;
    if (real.state === 'unknown' || (real.state === 'absent' && !isPlanned)) return real;
    const before = real.state === 'known' ? real.value : [];
    const kept = before.filter(
      ({ name }) => !added.some((entry) => entry.name === name) && !this.withdrawn.has(`${path}/${name}`),
    );
    return known(
      [...kept, ...added].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))),
    );
  }

  async statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    const mounted = this.mountpointOver(path);
    if (mounted !== undefined) {
      const below = await nearest(parentOf(mounted), (path) => this.host.statFileSystem(path));
      return mapProbe(below, (status) => ({ ...status, type: ZFS_SUPER_MAGIC }));
    }
    return this.made(path)
      ? this.statFileSystem(parentOf(path))
      : this.redirect(path, (real) => this.host.statFileSystem(real));
  }

  async run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    if (this.loadsModule() && asksModule(program)) return beforeLoading(`run ${program}`);
    const answer = await this.host.run(program, args, settings);
    if (answer.state === 'known' && asksOrdering(args)) {
      const dropIns = this.actions.flatMap((action) =>
        action.kind === 'write-file' && action.reloadsSystemd === true ? [action.content] : [],
      );
      return known({ ...answer.value, stdout: withDropIns(answer.value.stdout, dropIns) });
    }
    if (answer.state !== 'known' || !args.join(' ').startsWith(ZFS_LIST_ARGUMENTS.join(' '))) return answer;
    const mounted = new Set(this.mounts().map(({ dataset }) => dataset));
    const listing = listedWith(answer.value.stdout, this.created);
    return known({ ...answer.value, stdout: listedAsMounted(listing, mounted) });
  }

  environment(name: string): Probe<string> {
    return this.host.environment(name);
  }

  userId(): number {
    return this.host.userId();
  }

  private async status(
    path: string,
    look: (path: string) => Promise<Probe<FileStatus>>,
  ): Promise<Probe<FileStatus>> {
    const mountpoint = this.mountpointOver(path);
    if (mountpoint === path) {
      // zfs mount makes the directory when it is not there, and those above it.
      return mapProbe(await nearest(path, look), (status) => ({ ...status, device: PLANNED_DEVICE }));
    }
    if (this.made(path)) {
      const parent = await this.stat(parentOf(path));
      return mapProbe(parent, (status) => ({ ...status, kind: 'directory' as const, mode: 0o700 }));
    }
    const appearing = this.loadsModule() ? APPEARS_WITH_MODULE.get(path) : undefined;
    if (appearing !== undefined) {
      return mapProbe(await this.stat(parentOf(path)), (status) => ({ ...status, kind: appearing }));
    }
    const file = this.actions.find((action) => action.kind === 'write-file' && action.path === path);
    if (file?.kind === 'write-file') {
      const parent = await nearest(parentOf(path), (above) => this.stat(above));
      return mapProbe(parent, (status) => ({ ...status, kind: 'file' as const, mode: file.mode }));
    }
    return this.redirect(path, look);
  }

  /** Answers from where the path's content lies now. */
  private redirect<T>(path: string, look: (path: string) => Promise<Probe<T>>): Promise<Probe<T>> {
    if (this.withdrawn.has(path)) return Promise.resolve(absent());
    if (this.loadsModule() && isToldByModule(path)) return Promise.resolve(beforeLoading(`read ${path}`));
    const mountpoint = this.mountpointOver(path);
    if (mountpoint !== undefined && mountpoint !== path) return Promise.resolve(absent());
    if (mountpoint === path && this.renamed(path)) return look(path);
    for (const action of this.actions) {
      if (action.kind !== 'rename-directory') continue;
      if (contains(action.to, path)) return look(action.from + path.slice(action.to.length));
      if (contains(action.from, path) && path !== action.from) return Promise.resolve(absent());
    }
    return look(path);
  }

  private renamed(path: string): boolean {
    return this.actions.some((action) => action.kind === 'rename-directory' && action.from === path);
  }

  private loadsModule(): boolean {
    return this.actions.some(({ kind }) => kind === 'load-module');
  }

  private made(path: string): boolean {
    return this.actions.some((action) => action.kind === 'make-directory' && action.path === path);
  }

  private mountpointOver(path: string): string | undefined {
    return this.mounts().find(({ mountpoint }) => contains(mountpoint, path))?.mountpoint;
  }

  private mounts() {
    return this.actions.filter((action) => action.kind === 'mount-dataset');
  }
}

/** The answer for the deepest directory on the way that there is. */
async function nearest<T>(path: string, look: (path: string) => Promise<Probe<T>>): Promise<Probe<T>> {
  for (let here = path; ; here = parentOf(here)) {
    const answer = await look(here);
    if (answer.state !== 'absent' || here === '/') return answer;
  }
}
