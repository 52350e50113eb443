import * as fs from 'node:fs';
import { isRecord, parseRecord } from '../../src/text/json-record.js';

/** A file, or a directory where there is no content. */
interface Entry {
  readonly mode: number;
  readonly owner: string;
  readonly content?: string;
  readonly link?: string;
}

/** Every name below some directories of a root, and the mounts of the stand-in. */
export interface State {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly mounted: readonly (readonly [dataset: string, mountpoint: string])[];
}

/** Seconds since the epoch. */
const LONG_AGO = 1_600_000_000;

export const MOUNTED = '/machine/mounted';
/** What a run can change. The datasets come first: the others are seen through their mounts. */
export const PLACES = ['/backing', '/etc', '/run', '/var', '/machine', '/sys', '/proc', '/dev/zfs'];

export function readState(root: string): State {
  const entries = new Map<string, Entry>();
  const walk = (path: string): void => {
    const status = fs.lstatSync(root + path, { throwIfNoEntry: false });
    if (status === undefined) return;
    const kept = { mode: status.mode & 0o7777, owner: `${status.uid}:${status.gid}` };
    if (status.isDirectory()) {
      entries.set(path, kept);
      for (const name of fs.readdirSync(root + path).sort()) walk(`${path}/${name}`);
    } else if (status.isSymbolicLink()) entries.set(path, { ...kept, link: fs.readlinkSync(root + path) });
    else entries.set(path, { ...kept, content: fs.readFileSync(root + path, 'latin1') });
  };
  PLACES.forEach(walk);
  return { entries, mounted: mountsIn(entries.get(MOUNTED)?.content ?? '') };
}

const mountsIn = (text: string): State['mounted'] =>
  text.split('\n').flatMap((line) => {
    const [dataset, mountpoint] = line.split(' ');
    return dataset === undefined || mountpoint === undefined ? [] : [[dataset, mountpoint] as const];
  });

/** Whether a name is seen through a mount: it belongs to the dataset. */
export const isBelowMount = ({ mounted }: State, path: string): boolean =>
  mounted.some(([, mountpoint]) => path.startsWith(`${mountpoint}/`));

/** Writes the files of a state. Nothing is mounted below the root then, other than the datasets in /backing. */
export function writeState(root: string, state: State): void {
  for (const place of PLACES) {
    if (place === '/backing') continue;
    fs.rmSync(root + place, { recursive: true, force: true });
  }
  for (const path of [...readState(root).entries.keys()].reverse()) {
    if (!state.entries.has(path)) fs.rmSync(root + path, { recursive: true, force: true });
  }
  for (const [path, { mode, content, link }] of state.entries) {
    if (isBelowMount(state, path)) continue;
    const at = root + path;
    if (link !== undefined) fs.symlinkSync(link, at);
    else if (content === undefined) fs.mkdirSync(at, { recursive: true });
    else fs.writeFileSync(at, content, 'latin1');
    if (link === undefined) fs.chmodSync(at, mode);
    // The next run comes later than any other could still be writing.
    if (content !== undefined) fs.utimesSync(at, LONG_AGO, LONG_AGO);
  }
}

/** Reports, caches and the lock: a run may write them or not. A name that is not one of these counts. */
const REPORTS =
  /^\/(?:run|var\/lib)\/crio-guard(?:$|\/(?:report\.json|last-report\.json|condition|metrics\.prom|crio-version\.json|lock)$)/;
/** What a killed write leaves there: the next run that writes there removes it. */
const TEMPORARY = /^\/(?:run|var\/lib)\/crio-guard\/\.crio-guard\..*\.tmp$/;
export const temporariesOf = ({ entries }: State): readonly string[] =>
  [...entries.keys()].filter((path) => TEMPORARY.test(path));
/** A loaded key does no harm, and stays. The others follow from the mounts. */
const FOLLOWS = /^\/machine\/(?:key|table|list|mounted)$|^\/proc\/77\/|^\/proc\/sys\/kernel\/random/;
const LEDGER = /\/ledger\.json$/;

/** What counts of a state, as text: two states are the same when their texts are. */
export function textOf(state: State): string {
  const lines: string[] = [];
  const standing: string[] = [];
  for (const [path, { mode, owner, content, link }] of state.entries) {
    if (REPORTS.test(path) || TEMPORARY.test(path) || FOLLOWS.test(path) || isBelowMount(state, path))
      continue;
    if (LEDGER.test(path)) for (const line of standingIn(content ?? '')) standing.push(line);
    else lines.push(`${path} ${mode.toString(8)} ${owner} ${link ?? JSON.stringify(content)}`);
  }
  const mounts = state.mounted.map(([dataset, mountpoint]) => `${dataset} on ${mountpoint}`).sort();
  return [...lines, ...mounts, ...standing].join('\n');
}

/** Everything of a state but times and numbers: a run that begins with the same goes on in the same way. */
export const wholeTextOf = ({ entries }: State): string =>
  JSON.stringify([...entries])
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')
    .replaceAll(/\.[0-9a-z]+\.tmp/g, '.tmp')
    .replaceAll(/\\"(?:id|run|duration|durationMs|since|modified)\\": ?(?:\\"[^"]*\\"|[\d.]+)/g, '');

/** The corrections that stand or are not finished, without their numbers and times. */
function standingIn(text: string): readonly string[] {
  const entries = parseRecord(text)?.['entries'];
  if (!Array.isArray(entries)) return [`ledger: ${text}`];
  return entries.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return ['entry of another form'];
    const { status, actions } = entry;
    if (status === 'undone' || status === 'reverted' || !Array.isArray(actions)) return [];
    // A key that is loaded stays: what is made again has another finding, and no action for the key.
    const others = actions.filter((action: unknown) => !isRecord(action) || action['kind'] !== 'load-key');
    return [`${String(status)} ${JSON.stringify(others)}`];
  });
}

/** The first lines that differ, for a message. */
export function differenceOf(one: string, other: string): string {
  const [lines, others] = [one.split('\n'), other.split('\n')];
  const only = (from: readonly string[], in_: readonly string[], sign: string): readonly string[] =>
    from.filter((line) => !in_.includes(line)).map((line) => `${sign}${line}`);
  return [...only(lines, others, '-'), ...only(others, lines, '+')].slice(0, 6).join(' | ');
}
