import * as fs from 'node:fs';
import { parentOf } from '../../src/host/paths.js';
import { BuiltProgram, withInstalledModule } from '../cli/built-program.js';
import type { Attempted, Fault, HostileClass } from './fault.js';
import { faultOfRun } from './start-of.js';

/** What must stay as it is, whatever is tried. */
const VICTIM = '/etc/passwd';
const WORDS = 'root:x:0:0:root:/root:/bin/sh\n';

/** A correction that was cut off: a run that obeys it undoes it, and so gives the victim another content. */
const FORGED = JSON.stringify({
  version: 1,
  entries: ['begun', 'applied'].map((status) => ({
    id: status,
    code: 'CG201',
    time: '2026-01-01T00:00:00.000Z',
    status,
    actions: [{ kind: 'write-file', path: VICTIM, content: WORDS, mode: 0o644, previous: 'forged\n' }],
  })),
});

/** The user who is not root. */
const OTHER = 65534;

/** Makes what others could write out of a file and its directory. */
const OWNERS: Readonly<Record<string, (path: string) => void>> = {
  'a file of another user': (path) => fs.chownSync(path, OTHER, OTHER),
  'a file that all can write': (path) => fs.chmodSync(path, 0o666),
  'a file that a group can write': (path) => fs.chmodSync(path, 0o664),
  'in a directory of another user': (path) => fs.chownSync(parentOf(path), OTHER, OTHER),
  'in a directory that all can write': (path) => fs.chmodSync(parentOf(path), 0o777),
  'in a directory with the sticky bit': (path) => fs.chmodSync(parentOf(path), 0o1777),
  'a symbolic link': (path) => {
    fs.renameSync(path, `${path}.real`);
    fs.symlinkSync(`${path.slice(path.lastIndexOf('/') + 1)}.real`, path);
  },
};

const CHANGING: readonly (readonly string[])[] = [
  ['--prestart'],
  ['--fix', '--yes'],
  ['--revert', '--yes', '--force'],
];

/** Files that a start writes, and the lock. */
const WRITTEN = ['report.json', 'condition', 'metrics.prom', 'last-report.json', 'crio-version.json', 'lock'];

/** Every command that could change something. */
const COMMANDS: readonly (readonly string[])[] = [
  ...CHANGING,
  ['--check'],
  ['--check', '--deep'],
  ['--check', '--metrics', VICTIM],
  ['--check', '--condition', '/etc/crio-guard/x'],
  ['--config'],
  ['--recommend'],
  ['--record', '/var/lib/x'],
  ['--revert', '--list'],
  ['--fix', '--dry-run'],
];

/** A node on which the correction would load the module of ZFS. */
class TrustNode {
  readonly node = new BuiltProgram();

  constructor() {
    withInstalledModule(this.node);
    this.node.write(VICTIM, WORDS);
    for (const name of ['find', 'stat', 'timeout']) this.node.program(name, `exec ${name} "$@"`);
    // Who is not root could change what the program of that user left.
    this.node.program('modprobe', 'test "$(id -u)" = 0 && echo "$*" >>/loaded');
  }

  faultOf(args: readonly string[], environment = {}, isUnprivileged = false): Fault | undefined {
    const { fault } = faultOfRun(this.node, args, environment, { isUnprivileged });
    return fault ?? (this.node.read(VICTIM) === WORDS ? undefined : 'other broken promise');
  }

  /** All files of the root that a run could change, with their times. */
  state(): string {
    const names = fs.readdirSync(this.node.root, { recursive: true, encoding: 'utf8' });
    const status = (name: string): string => {
      const { mtimeMs, mode, size } = fs.lstatSync(`${this.node.root}/${name}`);
      return `${name} ${mode} ${size} ${mtimeMs}`;
    };
    return names
      .filter((name) => /^(?:etc|run|var|tmp|loaded)/.test(name))
      .sort()
      .map(status)
      .join('\n');
  }

  clean(): void {
    this.node.remove('/etc/crio-guard', '/run/crio-guard', '/var/lib/crio-guard', '/victim');
    this.node.write(VICTIM, WORDS);
  }
}

type Attempt = readonly [what: string, run: (trust: TrustNode) => Fault | undefined];

/** A forged ledger is carried out by nobody. */
const forged = (directory: string): readonly Attempt[] =>
  Object.entries(OWNERS).flatMap(([how, change]) =>
    CHANGING.map((command): Attempt => [
      `${directory}/ledger.json is ${how}: ${command.join(' ')}`,
      (trust) => {
        const path = `${directory}/ledger.json`;
        trust.node.write(path, FORGED, 0o600);
        change(trust.node.root + path);
        return trust.faultOf(command);
      },
    ]),
  );

/** A configuration that switches the guard off counts only where it is root's: the start is stopped all the same. */
const switchedOff: readonly Attempt[] = Object.entries(OWNERS)
  .filter(([how]) => how !== 'a symbolic link')
  .map(([how, change]) => [
    `crio-guard.conf is ${how}`,
    (trust) => {
      const path = '/etc/crio-guard/crio-guard.conf';
      trust.node.write(path, 'mode = "off"\n');
      change(trust.node.root + path);
      const { fault, stdout } = faultOfRun(trust.node, ['--prestart']);
      return fault ?? (stdout === 'stop\n' ? undefined : 'other broken promise');
    },
  ]);

const planted: readonly Attempt[] = [
  ...WRITTEN.map((name): Attempt => [
    `/run/crio-guard/${name} is a link to ${VICTIM}`,
    (trust) => {
      trust.node.write('/run/crio-guard/x', '');
      fs.symlinkSync(VICTIM, `${trust.node.root}/run/crio-guard/${name}`);
      return trust.faultOf(['--prestart']);
    },
  ]),
  ...['/run/crio-guard', '/var/lib/crio-guard', '/etc/crio-guard'].flatMap((directory) =>
    CHANGING.map((command): Attempt => [
      `${directory} is a link to a directory of another user: ${command.join(' ')}`,
      (trust) => {
        trust.node.write('/victim/ledger.json', FORGED, 0o600);
        fs.chownSync(`${trust.node.root}/victim`, OTHER, OTHER);
        fs.symlinkSync('/victim', trust.node.root + directory);
        const fault = trust.faultOf(command);
        const names = fs.readdirSync(`${trust.node.root}/victim`);
        return fault ?? (names.join() === 'ledger.json' ? undefined : 'other broken promise');
      },
    ]),
  ),
];

const NODE_VARIABLES = fs.readFileSync('packaging/node-variables', 'utf8').trim().split('\n');
const VALUES: Readonly<Record<string, readonly string[]>> = {
  PATH: ['', '.', ':', '/proc/self/fd', '/nonexistent', 'relative/bin:/usr/bin', 'x'.repeat(100_000)],
  HOME: ['', '/dev/null', 'relative'],
  TZ: ['/dev/zero', '../../../etc/passwd', ':', 'x'.repeat(10_000)],
  LANG: ['\u001b[31m', 'xx_YY'],
  CONTAINERS_STORAGE_CONF: ['/dev/zero', '/proc/self/mem', '/etc/crio', 'relative'],
  CONTAINER_ROOT: ['', 'relative', '/proc/self/root'],
  STORAGE_OPTS: ['\u001b]0;x\u0007', '='.repeat(10_000)],
  CRIO_GUARD_MODE: ['\u001b[31m', 'off '],
  CRIO_GUARD_DEADLINE: ['-1', '1e999', 'NaN', '99999999999999999999'],
  COLUMNS: ['-1', '999999999999', 'x'],
};

/** A broken variable is no reason to end in a stack trace, and nothing is done for it. */
const variables: readonly Attempt[] = Object.entries(VALUES).flatMap(([name, values]) =>
  values.map((value): Attempt => [
    `${name}=${JSON.stringify(value.slice(0, 40))}`,
    (trust) =>
      trust.faultOf(['--prestart'], { [name]: value }) ?? trust.faultOf(['--check'], { [name]: value }),
  ]),
);

/** The drop-in takes these out before Node starts; a command by hand has them, and may end by them, not hang. */
const nodeVariables: readonly Attempt[] = NODE_VARIABLES.map((name) => [
  `${name}=/nonexistent`,
  (trust) => {
    const { fault } = faultOfRun(trust.node, ['--check'], { [name]: '/nonexistent' });
    return fault === 'hang' ? fault : trust.node.read(VICTIM) === WORDS ? undefined : 'other broken promise';
  },
]);

const unprivileged: readonly Attempt[] = COMMANDS.map((command) => [
  `a user who is not root: ${command.join(' ')}`,
  (trust) => {
    const before = trust.state();
    const fault = trust.faultOf(command, {}, true);
    return fault ?? (trust.state() === before ? undefined : 'other broken promise');
  },
]);

export const TRUST: readonly Attempt[] = [
  ...forged('/var/lib/crio-guard'),
  ...forged('/run/crio-guard'),
  ...switchedOff,
  ...planted,
  ...variables,
  ...nodeVariables,
  ...unprivileged,
];

/** Why owners cannot be changed here; undefined where they can. */
export const lackOfOwners = (): string | undefined =>
  BuiltProgram.lacking ?? (process.getuid?.() === 0 ? undefined : 'only root can give files to others');

export function* tryTrust(attempts: readonly Attempt[]): Iterable<Attempted> {
  const trust = new TrustNode();
  for (const [what, run] of attempts) {
    yield { what, fault: run(trust) };
    trust.clean();
  }
  trust.node.close();
}

export const trustClass: HostileClass = {
  name: 'owner, link, variable or user',
  lack: lackOfOwners(),
  attempts: () => tryTrust(TRUST),
};
