import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseMountInfo, type Mount } from '../../src/host/mountinfo.js';
import { valueOf } from '../../src/host/probe.js';

/** What CRI-O meets: files, directories, links and mounts of one case. */
export interface Scene {
  readonly files: Readonly<Record<string, string>>;
  readonly symlinks: Readonly<Record<string, string>>;
  readonly directories: readonly string[];
  readonly programs?: Readonly<Record<string, string>>;
  /** Mountpoints of file systems in memory. */
  readonly mounts?: readonly string[];
}

/** Files with ranges of user ids for containers; every case has them, empty. */
const NO_RANGES = ['subuid', 'subgid'];

/** Directories that every case finds empty, but for the machine's own entries that CRI-O does not ask for. */
const PRIVATE: Readonly<Record<string, readonly string[] | 'everything'>> = {
  '/etc': ['containers', 'crio', ...NO_RANGES],
  '/usr/share': ['containers'],
  '/var/lib': ['containers', 'crio'],
  '/dev': ['zfs'],
  '/srv': 'everything',
  '/opt': 'everything',
  '/run': 'everything',
};

function command(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

const mounts = (): Mount[] => [...(valueOf(parseMountInfo(readFileSync('/proc/self/mountinfo'))) ?? [])];

/**
 * Hides the machine's own configuration and stores from this process and its children. It must run in a mount
 * namespace of its own, or they are hidden from everyone.
 */
export class PrivateDirectories {
  private readonly base: string;
  /** What was mounted before the first case. */
  private readonly ours = new Set<number>();

  private constructor() {
    this.base = mkdtempSync('/tmp/conformance-');
    command('mount', '-t', 'tmpfs', 'tmpfs', this.base);
  }

  static make(): PrivateDirectories {
    const own = readFileSync('/proc/self/mountinfo', 'utf8');
    if (/ shared:\d+ .*- /m.test(own)) throw new Error('this is not a private mount namespace');
    const directories = new PrivateDirectories();
    for (const [path, hidden] of Object.entries(PRIVATE)) directories.cover(path, hidden);
    for (const { id } of mounts()) directories.ours.add(id);
    return directories;
  }

  /** The program, at a place where nothing hides it. */
  keep(program: string): string {
    const place = join(this.base, 'crio');
    writeFileSync(place, '');
    command('mount', '--bind', program, place);
    for (const { id } of mounts()) this.ours.add(id);
    return place;
  }

  private cover(path: string, hidden: readonly string[] | 'everything'): void {
    if (!existsSync(path)) mkdirSync(path);
    const original = join(this.base, path.replaceAll('/', '_'));
    mkdirSync(original);
    command('mount', '--rbind', path, original);
    command('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', path);
    if (hidden === 'everything') return;
    for (const name of readdirSync(original)) {
      if (!hidden.includes(name)) symlinkSync(join(original, name), join(path, name));
    }
  }

  /** Empties the directories, then makes what the case needs. */
  set(scene: Scene): void {
    this.clear();
    for (const name of NO_RANGES) writeFileSync(`/etc/${name}`, '');
    for (const path of scene.directories) mkdirSync(path, { recursive: true });
    for (const path of scene.mounts ?? []) {
      mkdirSync(path, { recursive: true });
      command('mount', '-t', 'tmpfs', 'tmpfs', path);
      // What the mount covers belongs to the case as well.
      for (const below of scene.directories) {
        if (below.startsWith(`${path}/`)) mkdirSync(below, { recursive: true });
      }
    }
    for (const [path, text] of Object.entries(scene.files)) write(path, text);
    for (const [path, text] of Object.entries(scene.programs ?? {})) write(path, text, 0o755);
    for (const [path, target] of Object.entries(scene.symlinks)) {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(target, path);
    }
  }

  private clear(): void {
    for (const { id, mountpoint } of mounts().reverse()) {
      if (!this.ours.has(id)) command('umount', '-l', mountpoint);
    }
    for (const [path, hidden] of Object.entries(PRIVATE)) {
      const names = hidden === 'everything' ? readdirSync(path) : hidden;
      for (const name of names) rmSync(join(path, name), { recursive: true, force: true });
    }
  }
}

function write(path: string, text: string, mode = 0o644): void {
  // A case may have a file where another file wants a directory.
  const directory = dirname(path);
  if (!existsSync(directory) || lstatSync(directory).isDirectory()) mkdirSync(directory, { recursive: true });
  writeFileSync(path, text, { mode });
}
