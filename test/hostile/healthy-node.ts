import * as fs from 'node:fs';
import { parentOf } from '../../src/host/paths.js';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram } from '../cli/built-program.js';

/** Without these no program starts: its libraries. The kernel answers for /proc, /sys and /dev. */
const TAKEN_TO_WORK = /^\/(?:proc|sys|lib)(?:\/|$)|^\/(?:dev|etc|usr)$/;

/** Where Node looks for the time zone, and a store of the system for its configuration. */
const SHARED = ['/usr/share', '/usr/share/zoneinfo'];
const OWN = ['/etc/crio-guard', '/run/crio-guard', '/var/lib/crio-guard'];
/** Everything the guard reads of its own; the ledger and the caches are on no recording. */
export const OWN_FILES = [
  '/etc/crio-guard/crio-guard.conf',
  '/etc/crio-guard/crio-guard.conf.d',
  ...['ledger.json', 'crio-version.json'].map((name) => `/var/lib/crio-guard/${name}`),
  ...['report.json', 'last-report.json', 'condition', 'crio-version.json', 'crio.env'].map(
    (name) => `/run/crio-guard/${name}`,
  ),
];

/** What systemd says of crio.service. */
const UNIT = [
  'LoadState=loaded',
  'ExecStart={ path=/usr/bin/crio ; argv[]=/usr/bin/crio ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] }',
  ...['/etc/sysconfig/crio', '/run/crio-guard/crio.env'].map(
    (path) => `EnvironmentFiles=${path} (ignore_errors=yes)`,
  ),
];

/**
 * A node on which CRI-O starts, in a root directory of its own. Its driver is not named, so that the whole check runs.
 *
 * @param seconds for each run */
export function healthyNode(seconds: number): BuiltProgram {
  const node = new BuiltProgram();
  node.write(
    '/etc/containers/storage.conf',
    '[storage]\ndriver = ""\ngraphroot = "/var/lib/crio/c"\nrunroot = "/run/c"\n',
  );
  limit(node, seconds);
  node.write('/dev/zfs', '');
  for (const directory of [
    '/sys/module/zfs',
    '/var/lib/crio/c',
    '/etc/crio/crio.conf.d',
    '/run/c',
    '/run/systemd/system',
  ])
    fs.mkdirSync(node.root + directory, { recursive: true });
  for (const name of ['find', 'stat', 'timeout']) node.program(name, `exec ${name} "$@"`);
  node.program('crio', 'if [ "$1" = config ]; then cat /crio.conf; else echo crio version 1.36.3; fi');
  const show = `if test "$1" = show; then cat <<'END'\n${UNIT.join('\n')}\nEND\nfi`;
  node.program('systemctl', `${show}\ntest "$1" = show-environment && echo PATH=/usr/sbin:/usr/bin\nexit 0`);
  node.program('zfs', 'exit 0');
  node.program('systemd-detect-virt', 'echo none; exit 1');
  return node;
}

/** Gives each run so many seconds. */
export function limit(node: BuiltProgram, seconds: number): void {
  node.write('/etc/crio-guard/crio-guard.conf', `deadline = ${seconds}\n`);
}

/** Every path that a check of the node asks for, with the directories above. */
export function pathsAskedFor(node: BuiltProgram): readonly string[] {
  node.run(['--record', '/recording.json']);
  const answers = parseRecord(node.read('/recording.json') ?? '')?.['answers'];
  const paths = new Set([...OWN, ...OWN_FILES, ...SHARED]);
  for (const answer of Array.isArray(answers) ? answers : []) {
    const ask: unknown = isRecord(answer) ? answer['ask'] : undefined;
    const [kind, path] = Array.isArray(ask) ? (ask as readonly unknown[]) : [];
    if (typeof path !== 'string' || !path.startsWith('/') || kind === 'run') continue;
    for (let above = path; above !== '/'; above = parentOf(above)) paths.add(above);
  }
  return [...paths].filter((path) => !TAKEN_TO_WORK.test(path)).sort();
}
