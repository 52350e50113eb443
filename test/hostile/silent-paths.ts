import * as fs from 'node:fs';
import { parentOf } from '../../src/host/paths.js';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram } from '../cli/built-program.js';
import type { Fault } from './fault.js';

/** Seconds that the guard may take on this node, and milliseconds after which a run counts as one that hangs. */
const DEADLINE = 1;
const LATE = 20_000;

/** Without these no program starts. The kernel answers for /proc, /sys and /dev. */
const TAKEN_TO_WORK = /^\/(?:proc|sys)(?:\/|$)|^\/(?:dev|etc)$/;

const OWN = ['/etc/crio-guard', '/run/crio-guard', '/var/lib/crio-guard'];
/** Everything the guard reads of its own; the ledger and the caches are on no recording. */
const OWN_FILES = [
  '/etc/crio-guard/crio-guard.conf',
  '/etc/crio-guard/crio-guard.conf.d',
  ...['ledger.json', 'crio-version.json'].map((name) => `/var/lib/crio-guard/${name}`),
  ...['report.json', 'last-report.json', 'condition', 'crio-version.json', 'crio.env'].map(
    (name) => `/run/crio-guard/${name}`,
  ),
];

/** A node on which CRI-O starts, in a root directory of its own. */
function healthyNode(): BuiltProgram {
  const node = new BuiltProgram();
  node.write(
    '/etc/containers/storage.conf',
    '[storage]\ndriver = "vfs"\ngraphroot = "/var/lib/crio/c"\nrunroot = "/run/c"\n',
  );
  node.write('/etc/crio-guard/crio-guard.conf', `deadline = ${DEADLINE}\n`);
  node.write('/dev/zfs', '');
  for (const directory of ['/sys/module/zfs', '/var/lib/crio/c', '/etc/crio/crio.conf.d', '/run/c'])
    fs.mkdirSync(node.root + directory, { recursive: true });
  for (const name of ['find', 'stat', 'timeout']) node.program(name, `exec ${name} "$@"`);
  node.program('crio', 'if [ "$1" = config ]; then cat /crio.conf; else echo crio version 1.36.3; fi');
  node.program('zfs', 'exit 0');
  node.program('systemd-detect-virt', 'echo none; exit 1');
  return node;
}

/** Every path that a check of the node asks for, with the directories above. */
function pathsAskedFor(node: BuiltProgram): readonly string[] {
  node.run(['--record', '/recording.json']);
  const answers = parseRecord(node.read('/recording.json') ?? '')?.['answers'];
  const paths = new Set([...OWN, ...OWN_FILES]);
  for (const answer of Array.isArray(answers) ? answers : []) {
    const ask: unknown = isRecord(answer) ? answer['ask'] : undefined;
    const [kind, path] = Array.isArray(ask) ? (ask as readonly unknown[]) : [];
    if (typeof path !== 'string' || !path.startsWith('/') || kind === 'run') continue;
    for (let above = path; above !== '/'; above = parentOf(above)) paths.add(above);
  }
  return [...paths].filter((path) => !TAKEN_TO_WORK.test(path)).sort();
}

/** The start of CRI-O with one path on a file system that never answers. @returns undefined when all is well */
function faultOf(node: BuiltProgram, path: string): Fault | undefined {
  node.remove('/run/crio-guard');
  const isThere = fs.existsSync(node.root + path);
  if (!isThere) fs.mkdirSync(node.root + path, { recursive: true });
  const began = Date.now();
  const { status, stdout, stderr } = node.run(['--prestart'], {}, [path]);
  const took = Date.now() - began;
  const report = parseRecord(node.read('/run/crio-guard/report.json') ?? '');
  if (!isThere) node.remove(path);
  if (status === null || took > LATE) return 'hang';
  if (stdout !== '') return 'stop without proof';
  if (status !== 0 || /internal error|itself failed|^\s+at /m.test(stderr)) return 'exception';
  return report?.['verdict'] === 'error' ? 'exact error from a broken answer' : undefined;
}

export interface SilentPaths {
  readonly paths: readonly string[];
  readonly faultOf: (path: string) => Fault | undefined;
  readonly close: () => void;
}

/** Why no such file system can be had here; undefined where it can. */
export const lackOfSilence = (): string | undefined =>
  BuiltProgram.lacking ?? (fs.existsSync('/dev/fuse') ? undefined : 'there is no /dev/fuse');

/** Each path that the guard reads on a FUSE mount of its own, whose server never answers. */
export function silentPaths(): SilentPaths {
  const node = healthyNode();
  return {
    paths: pathsAskedFor(node),
    faultOf: (path) => faultOf(node, path),
    close: () => node.close(),
  };
}
