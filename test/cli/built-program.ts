import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { LedgerEntry } from '../../src/fix/ledger.js';

const PROGRAM = fs.realpathSync('dist/main.cjs');

const NAMESPACES = ['--mount', '--pid', '--fork', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

function lackOfNamespaces(): string | undefined {
  const mount = [...NAMESPACES, 'mount', '-t', 'proc', 'proc', '/proc'];
  const { status, stderr, error } = spawnSync('unshare', mount, { encoding: 'utf8' });
  return status === 0 ? undefined : `no namespaces here: ${error?.message ?? stderr}`;
}

/** A root directory of its own in which the built program runs as root, with stand-ins for the programs it runs. */
export class BuiltProgram {
  readonly root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-root-`);

  /** Why it cannot be run here; a user who may not make namespaces cannot. */
  static readonly lacking = lackOfNamespaces();

  constructor() {
    for (const name of [
      'dev',
      'etc',
      'guard',
      'lib',
      'proc',
      'run',
      'tmp',
      'usr',
      'usr/sbin',
      'usr/bin',
      'var/lib',
    ])
      fs.mkdirSync(`${this.root}/${name}`, { recursive: true });
    // The libraries of Node, beside the modules of this machine.
    for (const name of fs.readdirSync('/lib')) {
      if (name !== 'modules') fs.symlinkSync(`/host/lib/${name}`, `${this.root}/lib/${name}`);
    }
    fs.symlinkSync('/host/lib64', `${this.root}/lib64`);
    fs.mkdirSync(`${this.root}/host`);
    fs.writeFileSync(`${this.root}/dev/null`, '');
  }

  /** @param name a path of the root */
  write(name: string, content: string, mode = 0o644): void {
    const path = this.root + name;
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, content, { mode });
  }

  /** A program: a script of sh. */
  program(name: string, script: string): void {
    this.write(`/usr/bin/${name}`, `#!/host/bin/sh\nPATH=/host/bin:/host/usr/bin\n${script}\n`, 0o755);
  }

  remove(...names: readonly string[]): void {
    for (const name of names) fs.rmSync(this.root + name, { recursive: true, force: true });
  }

  read(name: string): string | undefined {
    try {
      return fs.readFileSync(this.root + name, 'utf8');
    } catch {
      return undefined;
    }
  }

  ledger(entries: readonly LedgerEntry[]): void {
    this.write('/var/lib/crio-guard/ledger.json', JSON.stringify({ version: 1, entries }), 0o600);
  }

  run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const mounts = [
      `mount --rbind / "$0/host"`,
      `mount --bind "${dirname(PROGRAM)}" "$0/guard"`,
      'mount --bind /dev/null "$0/dev/null"',
      `mount -t proc proc "$0/proc"`,
      `exec chroot "$0" "/host${process.execPath}" /guard/main.cjs "$@"`,
    ];
    const script = `set -e; mount --bind "$0" "$0"; ${mounts.join('; ')}`;
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [...NAMESPACES, 'sh', '-c', script, this.root, ...args],
      { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C', ...environment } },
    );
    return { status, stdout, stderr };
  }

  close(): void {
    fs.rmSync(this.root, { recursive: true });
  }
}
