import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { BuiltProgram } from '../cli/built-program.js';
import { FLOCK, rowOf, STAND_INS, STEP, type MadeDataset } from './stand-ins.js';
import { isBelowMount, readState, writeState, type State } from './state.js';

/** A node on which one correction is made. */
export interface NodeKind {
  readonly datasets: readonly MadeDataset[];
  /** Those that are mounted from the beginning, and again after a reboot. */
  readonly mounted: readonly string[];
  readonly hasModule?: boolean;
  /** crio.service does not wait for the mount of its store. */
  readonly isUnordered?: boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
}

/** f_type of ZFS and of tmpfs, in decimal. */
const [ZFS, TMPFS] = ['801189825', '16914836'] as const;

/** What systemd says of crio.service. */
const SHOW = [
  'LoadState=loaded',
  'ExecStart={ path=/usr/bin/crio ; argv[]=/usr/bin/crio ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] }',
  'EnvironmentFiles=/run/crio-guard/crio.env (ignore_errors=yes)',
  '',
].join('\n');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds after which a run counts as one that hangs. */
const LATE = 150_000;

/**
 * A made-up machine in a root directory of its own, with the built program. The datasets are file systems in memory,
 * so that each has a device number of its own; the copy of the program takes these for ZFS. Everything is mounted
 * in the namespace of this process: it must have one of its own, and not remove the root.
 */
export class Scene {
  private readonly node = new BuiltProgram();
  readonly root = this.node.root;
  /** As it is when the machine has started. */
  readonly initial: State;

  constructor(kind: NodeKind) {
    const { node, root } = this;
    for (const name of fs.readdirSync('dist').filter((file) => file.endsWith('.cjs'))) {
      const text = fs.readFileSync(`dist/${name}`, 'utf8').replaceAll(TMPFS, '0');
      node.write(`/guard/${name}`, text.replaceAll(ZFS, TMPFS));
    }
    for (const [name, script] of Object.entries({ ...STAND_INS, flock: FLOCK, sync: 'exit 0' }))
      node.program(name, `${STEP}\n${script}`);
    const { datasets, mounted } = kind;
    node.write('/machine/datasets', datasets.map((dataset) => `${rowOf(dataset)}\n`).join(''));
    const placed = datasets.map(({ name, mountpoint }) => `${name} ${mountpoint}\n`);
    node.write('/machine/mountpoints', placed.join(''));
    const locked = datasets.filter(({ keyFile }) => keyFile !== undefined).map(({ name }) => `${name}\n`);
    node.write('/machine/locked', locked.join(''));
    node.write('/machine/mounted', '');
    node.write('/machine/show', SHOW);
    // A busy machine must not decide what comes out.
    node.write('/etc/crio-guard/crio-guard.conf', 'deadline = 60\n');
    const after = kind.isUnordered === true ? '' : ' zfs-mount.service';
    node.write('/machine/after', after);
    node.write('/machine/ordering', `After=basic.target${after}\nRequiresMountsFor=\n`);
    const files = Object.entries(kind.files);
    for (const [path, content] of files) if (!path.startsWith('/backing/')) node.write(path, content);
    for (const name of ['/etc/crio', '/var/lib', '/run/c', '/run/systemd/system', '/proc/77', '/sys/module', '/etc/systemd/system', ...(kind.directories ?? [])])
      fs.mkdirSync(root + name, { recursive: true }); // prettier-ignore
    fs.symlinkSync('77', `${root}/proc/self`);
    node.write('/proc/77/mountinfo', '');
    node.write('/proc/sys/kernel/osrelease', '6.1.0-made-up\n');
    node.write('/proc/sys/kernel/random/boot_id', 'boot-1\n');
    if (kind.hasModule !== false) {
      node.write('/machine/module', '');
      node.write('/dev/zfs', '');
      node.write('/sys/module/zfs/version', '2.3.2-2\n');
      node.write('/sys/module/zfs/refcnt', '1\n');
      node.write('/proc/spl/kstat/zfs/tank/state', 'ONLINE\n');
    }
    mount('--rbind', '/', `${root}/host`);
    mount('--bind', '/dev/null', `${root}/dev/null`);
    for (const { name, mountpoint } of datasets) {
      fs.mkdirSync(`${root}/backing/${name}`, { recursive: true });
      if (mountpoint !== 'none') mount('-t', 'tmpfs', '-o', 'mode=755', 'made-up', `${root}/backing/${name}`);
      if (mounted.includes(name)) this.tool('/usr/bin/zfs', 'mount', name);
    }
    for (const [path, content] of files) if (path.startsWith('/backing/')) node.write(path, content);
    this.tool('/usr/bin/zfs', 'table');
    this.initial = readState(root);
  }

  read = (path: string): string | undefined => this.node.read(path);
  write = (path: string, content: string): void => this.node.write(path, content);
  remove = (...names: readonly string[]): void => this.node.remove(...names);
  state = (): State => readState(this.root);

  restore(state: State): void {
    for (const [, mountpoint] of [...this.state().mounted].reverse()) umount(this.root + mountpoint);
    writeState(this.root, state);
    for (const [dataset, mountpoint] of state.mounted)
      mount('--bind', `${this.root}/backing/${dataset}`, this.root + mountpoint);
    fs.rmSync(`${this.root}/kill`, { force: true });
  }

  /** /run is empty, mounts and the module are those of a boot; what lies on disks is as it was. */
  reboot(boot: string): void {
    const now = this.state();
    const isLasting = (path: string): boolean => /^\/(?:etc|var|backing)(?:\/|$)/.test(path);
    const lasting = [...now.entries].filter(([path]) => isLasting(path) && !isBelowMount(now, path));
    const begun = [...this.initial.entries].filter(([path]) => !isLasting(path));
    const missing = [...this.initial.entries].filter(([path]) =>
      this.initial.mounted.some(([, mountpoint]) => mountpoint === path),
    );
    this.restore({
      entries: new Map([...missing, ...lasting, ...begun].sort(([one], [other]) => (one < other ? -1 : 1))),
      mounted: this.initial.mounted,
    });
    this.write('/proc/sys/kernel/random/boot_id', `${boot}\n`);
    // systemd reads its units.
    this.tool('/usr/bin/systemctl', 'daemon-reload');
  }

  /** The variables that systemd gives to crio.service. */
  private environment(): readonly string[] {
    return this.read('/run/crio-guard/crio.env')?.match(/^[A-Z_]+=.*$/gm) ?? [];
  }

  private words(args: readonly string[], options: readonly string[] = []): readonly string[] {
    const variables = args.includes('--prestart') ? this.environment() : [];
    const node = `/host${process.execPath}`;
    return [this.root, '/host/usr/bin/env', ...variables, node, ...options, '/guard/main.cjs', ...args];
  }

  /** @param tracer a program, with its arguments, that starts this one */
  run(args: readonly string[], tracer: readonly string[] = []): Ended {
    // The names of temporary files are the same in each traced run.
    const options = tracer.length === 0 ? [] : ['--random-seed=1'];
    const [program = '', ...words] = [...tracer, 'chroot', ...this.words(args, options)];
    const { status, stdout, stderr } = spawnSync(program, words, {
      encoding: 'utf8',
      env: ENVIRONMENT,
      timeout: LATE,
      killSignal: 'SIGKILL',
    });
    if (status === null || status > 128) this.settle();
    return { status, stdout, stderr };
  }

  /** The same, while others run. */
  start(args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const child = spawn('chroot', this.words(args), {
        env: ENVIRONMENT,
        timeout: LATE,
        killSignal: 'SIGKILL',
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text) => (stdout += String(text)));
      child.stderr.on('data', (text) => (stderr += String(text)));
      child.on('close', (status) => resolve({ status, stdout, stderr }));
    });
  }

  /** Waits for the programs that a killed run has left behind: as on a real machine, they go on with what they do. */
  private settle(): void {
    const isHere = (name: string): boolean => /^\d+$/.test(name) && rootOf(name) === this.root;
    for (const end = Date.now() + LATE; fs.readdirSync('/proc').some(isHere); spawnSync('sleep', ['0.02']))
      if (Date.now() > end) throw new Error(`a program does not end in ${this.root}`);
  }

  /** Runs a script in the machine. */
  sh(script: string): void {
    this.tool('/bin/sh', '-c', `PATH=/usr/bin:/host/bin:/host/usr/bin; ${script}`);
  }

  private tool(...words: readonly string[]): void {
    spawnSync('chroot', [this.root, ...words], { env: ENVIRONMENT });
  }
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** @returns undefined for a process that has ended, and for those of the kernel */
function rootOf(process: string): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${process}/root`);
  } catch {
    return undefined;
  }
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', ['-n', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}

function umount(path: string): void {
  const { status, stderr } = spawnSync('umount', ['-n', path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`umount ${path}: ${stderr}`);
}
