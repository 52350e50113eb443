import type { DirectoryEntry, Execution, FileStatus, FileSystemStatus, Host } from '../../src/host/host.js';
import { CONFIGURATION_LIMIT, ZFS_SUPER_MAGIC } from '../../src/host/host.js';
import { absent, known, unknown, type Probe, type Unknown } from '../../src/host/probe.js';

export interface MemoryHostContent {
  /** Contents by path; directories above are made. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Targets by path. */
  readonly symlinks?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  /** Environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Paths, without symlinks, for which every question has this answer. */
  readonly failing?: Readonly<Record<string, Unknown>>;
  /** Answers of programs, by the command line joined with blanks. */
  readonly programs?: Readonly<Record<string, Probe<Execution>>>;
  readonly userId?: number;
}

/** An answer for {@link MemoryHostContent.failing}. */
export const unreadable = (path: string): Unknown =>
  unknown('permission', `read ${path}`, 'Permission denied');

type Node =
  | { readonly kind: 'file'; readonly content: Uint8Array }
  | { readonly kind: 'directory' }
  | { readonly kind: 'other' }
  | { readonly kind: 'symlink'; readonly target: string };

type Found = { readonly path: string; readonly node: Node };

/** A host that exists in memory alone, with the kernel's rules for options up paths. */
export class MemoryHost implements Host {
  /** Command lines that were run, in order. */
  readonly ran: string[] = [];
  private readonly nodes = new Map<string, Node>([['/', { kind: 'directory' }]]);
  private readonly inodes = new Map<string, number>();

  constructor(private readonly content: MemoryHostContent) {
    for (const [path, text] of Object.entries(content.files ?? {})) {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      this.add(path, { kind: 'file', content: bytes });
    }
    for (const path of content.directories ?? []) this.add(path, { kind: 'directory' });
    for (const [path, target] of Object.entries(content.symlinks ?? {}))
      this.add(path, { kind: 'symlink', target });
    this.add('/dev/null', { kind: 'other' });
    // What cannot be looked at is there.
    for (const path of Object.keys(content.failing ?? {})) {
      if (!this.nodes.has(path)) this.add(path, { kind: 'other' });
    }
  }

  private add(path: string, node: Node): void {
    const clean = `/${path.split('/').filter((part) => part !== '').join('/')}`; // prettier-ignore
    if (clean !== '/') {
      const parent = clean.slice(0, clean.lastIndexOf('/'));
      if (parent !== '' && !this.nodes.has(parent)) this.add(parent, { kind: 'directory' });
      if (!(node.kind === 'directory' && this.nodes.has(clean))) this.nodes.set(clean, node);
    }
  }

  private find(path: string, follow: boolean): Probe<Found> {
    if (path === '') return absent();
    let rest = path.split('/').filter((part) => part !== '');
    const wantsDirectory = path.endsWith('/');
    let here: Found = { path: '/', node: { kind: 'directory' } };
    for (let links = 0; rest.length > 0;) {
      if (here.node.kind !== 'directory') return absent('ENOTDIR');
      const part = rest.shift() ?? '';
      if (part === '.') continue;
      const up = here.path.slice(0, Math.max(1, here.path.lastIndexOf('/')));
      const next: string = part === '..' ? up : `${here.path === '/' ? '' : here.path}/${part}`;
      const failure = this.content.failing?.[next];
      if (failure !== undefined) return failure;
      const node = this.nodes.get(next);
      if (node === undefined) return absent();
      if (node.kind === 'symlink' && (rest.length > 0 || follow || wantsDirectory)) {
        if (++links > 40) return absent('ELOOP');
        rest = [...node.target.split('/').filter((name) => name !== ''), ...rest];
        if (node.target.startsWith('/')) here = { path: '/', node: { kind: 'directory' } };
      } else {
        here = { path: next, node };
      }
    }
    if (wantsDirectory && here.node.kind !== 'directory') return absent('ENOTDIR');
    return known(here);
  }

  private status(found: Probe<Found>): Promise<Probe<FileStatus>> {
    if (found.state !== 'known') return Promise.resolve(found);
    const { path, node } = found.value;
    const inode = this.inodes.get(path) ?? this.inodes.size + 2;
    this.inodes.set(path, inode);
    return Promise.resolve(
      known({
        kind: node.kind,
        device: '8:1',
        inode,
        mode: node.kind === 'directory' || /\/s?bin\//.test(path) ? 0o755 : 0o644,
        userId: 0,
        groupId: 0,
        size: node.kind === 'file' ? node.content.length : 0,
        modified: 0,
      }),
    );
  }

  readFile(path: string, limit = CONFIGURATION_LIMIT): Promise<Probe<Uint8Array>> {
    const found = this.find(path, true);
    if (found.state !== 'known') return Promise.resolve(found);
    const { node } = found.value;
    if (node.kind === 'other') return Promise.resolve(known(new Uint8Array()));
    if (node.kind !== 'file') return Promise.resolve(unknown('failed', `read ${path}`, 'EISDIR'));
    const isTooLarge = node.content.length > limit;
    return Promise.resolve(
      isTooLarge ? unknown('too-large', `read ${path}`, 'it is too large') : known(node.content),
    );
  }

  stat(path: string): Promise<Probe<FileStatus>> {
    return this.status(this.find(path, true));
  }

  lstat(path: string): Promise<Probe<FileStatus>> {
    return this.status(this.find(path, false));
  }

  readLink(path: string): Promise<Probe<string>> {
    const found = this.find(path, false);
    if (found.state !== 'known') return Promise.resolve(found);
    const { node } = found.value;
    const answer = node.kind === 'symlink' ? known(node.target) : unknown('failed', `read ${path}`, 'EINVAL');
    return Promise.resolve(answer);
  }

  readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    const found = this.find(path, true);
    if (found.state !== 'known') return Promise.resolve(found);
    if (found.value.node.kind !== 'directory') return Promise.resolve(absent('ENOTDIR'));
    const prefix = found.value.path === '/' ? '/' : `${found.value.path}/`;
    const entries: DirectoryEntry[] = [];
    for (const [other, node] of this.nodes) {
      const name = other.startsWith(prefix) ? other.slice(prefix.length) : '';
      if (name !== '' && !name.includes('/')) entries.push({ name, kind: node.kind });
    }
    entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    return Promise.resolve(known(entries));
  }

  statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    const found = this.find(path, true);
    if (found.state !== 'known') return Promise.resolve(found);
    const counts = { blockSize: 4096, blocks: 1, availableBlocks: 1, files: 1, freeFiles: 1 };
    return Promise.resolve(known({ type: ZFS_SUPER_MAGIC, ...counts }));
  }

  run(program: string, args: readonly string[]): Promise<Probe<Execution>> {
    const line = [program, ...args].join(' ');
    this.ran.push(line);
    return Promise.resolve(this.content.programs?.[line] ?? unknown('failed', `run ${line}`, 'ENOENT'));
  }

  environment(name: string): Probe<string> {
    const value = this.content.environment?.[name];
    return value === undefined ? absent() : known(value);
  }

  userId(): number {
    return this.content.userId ?? 0;
  }
}
