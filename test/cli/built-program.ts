import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { ZFS_LIST_ARGUMENTS } from '../../src/facts/zfs/datasets.js';
import type { LedgerEntry } from '../../src/fix/ledger.js';
import { USUAL_PROPERTIES } from '../rules/machine-zfs.js';
import { shellArgument } from '../../src/text/shell-word.js';

const PROGRAM = fs.realpathSync('dist/main.cjs');

const NAMESPACES = [
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
];

/** A dataset that is mounted nowhere, and meant to be so. */
const ZFS_CELLS: Readonly<Record<string, string>> = {
  ...USUAL_PROPERTIES,
  mountpoint: 'none',
  mounted: 'no',
  available: '900000000000',
};

function lackOfNamespaces(): string | undefined {
  const mount = [...NAMESPACES, 'mount', '-t', 'proc', 'proc', '/proc'];
  const { status, stderr, error } = spawnSync('unshare', mount, { encoding: 'utf8' });
  return status === 0 ? undefined : `no namespaces here: ${error?.message ?? stderr}`;
}

/** Milliseconds after which a run counts as one that never ends; its status is null then. */
const HANGS_AFTER = 60_000;

/** Descriptor of sh, which knows those of one digit. */
const FIRST_SERVER = 3;

/** A FUSE file system at a directory or file whose server takes every question and answers none. */
function silentMount(path: string, number: number): string {
  // A server of its own for each: it ends when its descriptor is closed.
  const server = FIRST_SERVER + number;
  const format = fs.statSync(path).isDirectory() ? '40000' : '100000';
  const options = `fd=${server},rootmode=${format},user_id=0,group_id=0`;
  return `exec ${server}<>/dev/fuse; mount -i -n -t fuse -o ${options} silent ${shellArgument(path)}`;
}

type Environment = Readonly<Record<string, string>>;

export interface RunHow {
  /** Paths of the root that never answer. */
  readonly silent?: readonly string[];
  /** Shown to the program as mounted there, with what is silent below it as part of it. */
  readonly dataset?: { readonly name: string; readonly at: string };
  /** As a user who is not root; only root can run it so. */
  readonly isUnprivileged?: boolean;
  /** Nothing is mounted on /proc. */
  readonly isWithoutProc?: boolean;
}

/** The table of mounts of the process, the first of its namespace. mount(8) asks paths, so that silence comes after. */
const ownTable = (at: string): string =>
  `mount --bind "$0${at}" "$0${at}"; touch "$0/mounts"; mount --bind "$0/mounts" "$0/$p/1/mountinfo"`;

/** Paths as in the root. The file system in place of which the dataset is shown is also that of /, which is trusted. */
const fillTable = (name: string, at: string): string =>
  `awk -v root="$0" -v at="${at}" 'index($5, root) == 1 && !/ - fuse silent / {
    sub(root "/?", "/", $5)
    if ($5 == at) { $3 = "0:99"; sub(/ - .*/, " - zfs ${name} rw,xattr,noacl") }
    print
  }' /proc/self/mountinfo >"$0/mounts"`;

/** A root directory of its own in which the built program runs as root, with stand-ins for the programs it runs. */
export class BuiltProgram {
  readonly root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-root-`);

  /** Why it cannot be run here; a user who may not make namespaces cannot. */
  static readonly lacking = lackOfNamespaces();

  constructor() {
    // Other users, too, may run the program in it.
    fs.chmodSync(this.root, 0o755);
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
    fs.mkdirSync(`${this.root}/bin`);
    fs.symlinkSync('/host/bin/sh', `${this.root}/bin/sh`);
    // Whoever changes something locks, and waits for the disk.
    this.program('flock', 'exec /host/usr/bin/flock "$@"');
    this.program('sync', 'exit 0');
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

  /** What OpenZFS shows of a pool, and what its command lists. */
  withZfs(pool: string, datasets: readonly string[]): void {
    fs.mkdirSync(`${this.root}/kernel`);
    for (const name of ['self', 'sys', 'mounts', 'version'])
      fs.symlinkSync(`/kernel/${name}`, `${this.root}/proc/${name}`);
    this.write(`/proc/spl/kstat/zfs/${pool}/state`, 'ONLINE\n');
    this.write('/sys/module/zfs/version', '2.3.2-2\n');
    this.write('/dev/zfs', '');
    const cells = ZFS_LIST_ARGUMENTS[ZFS_LIST_ARGUMENTS.length - 1]?.split(',') ?? [];
    const rows = [pool, ...datasets].map((name) =>
      cells.map((cell) => (cell === 'name' ? name : (ZFS_CELLS[cell] ?? '-'))).join('\t'),
    );
    this.write('/datasets', `${rows.join('\n')}\n`);
    this.program('zfs', 'case "$1" in list) cat /datasets;; version) echo zfs-2.3.2-2;; *) exit 1;; esac');
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

  /** Runs it on a terminal, on which these lines are typed. */
  onTerminal(args: readonly string[], typed: string): string {
    const words = ['unshare', ...NAMESPACES, 'sh', '-c', this.script({}), this.root, ...args];
    const line = words.map(shellArgument).join(' ');
    const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
      encoding: 'utf8',
      input: typed,
      env: { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C', SHELL: '/bin/sh' },
    });
    return stdout.replaceAll('\r', '');
  }

  /** @param environment set for the program alone: what starts it finds its programs on the PATH */
  private script(environment: Environment, how: RunHow = {}): string {
    const { silent = [], dataset, isUnprivileged = false, isWithoutProc = false } = how;
    const mounts = [
      'mount --bind "$0" "$0"',
      'mount --rbind / "$0/host"',
      `mount --bind "${dirname(PROGRAM)}" "$0/guard"`,
      'mount --bind /dev/null "$0/dev/null"',
      // The kernel's own files cannot be added to: where a test has some, the others are linked to.
      'if [ -d "$0/kernel" ]; then p=kernel; else p=proc; fi',
      ...(isWithoutProc ? [] : ['mount -t proc proc "$0/$p"']),
      ...(dataset === undefined ? [] : [ownTable(dataset.at)]),
      ...silent.map((path, number) => silentMount(this.root + path, number)),
      ...(dataset === undefined ? [] : [fillTable(dataset.name, dataset.at)]),
    ];
    const chroot = isUnprivileged ? 'chroot --userspec=65534:65534' : 'chroot';
    const set = Object.entries(environment).map(([name, value]) => shellArgument(`${name}=${value}`));
    const program = `/host/usr/bin/env ${set.join(' ')} "/host${process.execPath}" /guard/main.cjs "$@"`;
    return `set -e; ${mounts.join('; ')}; exec ${chroot} "$0" ${program}`;
  }

  run(args: readonly string[], environment: Environment = {}, how: RunHow = {}) {
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [...NAMESPACES, 'sh', '-c', this.script(environment, how), this.root, ...args],
      {
        encoding: 'utf8',
        env: { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C' },
        timeout: HANGS_AFTER,
        killSignal: 'SIGKILL',
      },
    );
    return { status, stdout, stderr };
  }

  close(): void {
    fs.rmSync(this.root, { recursive: true });
  }
}

/** The module of ZFS is installed and not loaded: loading it is the correction of CG205. A stand-in writes /loaded. */
export function withInstalledModule(guard: BuiltProgram): void {
  const kernel = fs.readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  guard.write(
    '/etc/containers/storage.conf',
    '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/run/c"\n',
  );
  guard.write(
    '/crio.conf',
    '[crio]\nroot = "/var/lib/crio"\nrunroot = "/run/c"\nimagestore = ""\nstorage_driver = "zfs"\nstorage_option = [\n]\n',
  );
  guard.write(`/lib/modules/${kernel}/modules.dep`, 'extra/zfs.ko: extra/spl.ko\n');
  guard.program('crio', 'if [ "$1" = config ]; then cat /crio.conf; else echo crio version 1.36.3; fi');
  guard.program('systemd-detect-virt', 'echo none; exit 1');
  guard.program('modprobe', 'echo "$*" >>/loaded');
  guard.program('zfs', 'exit 1');
}
