import * as fs from 'node:fs';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import type { Attempted, HostileClass } from './fault.js';
import { BuiltProgram, withInstalledModule } from '../cli/built-program.js';
import { limit } from './healthy-node.js';

/** Finished corrections that the ledger keeps. */
const KEPT = 50;
/** Bytes by which files may differ from start to start: the counts and times in them have other lengths. */
const SLACK = 256;
/** Seconds for each start. */
const DEADLINE = 60;
const CORRECTION = 'modprobe ';
/** Each of these starts is stopped. */
const END = '1 stop undone';
const PLACES = ['/etc/crio', '/etc/crio-guard', '/run/crio-guard', '/var/lib/crio-guard', '/tmp'];

const filesOf = (node: BuiltProgram): string =>
  PLACES.flatMap((place) => {
    const at = node.root + place;
    const names = fs.existsSync(at) ? fs.readdirSync(at, { recursive: true, encoding: 'utf8' }) : [];
    return names.map((name) => `${place}/${name}`);
  })
    .sort()
    .join('\n');

const bytesOf = (node: BuiltProgram): number =>
  filesOf(node)
    .split('\n')
    .map((name) => fs.lstatSync(node.root + name))
    .reduce((sum, status) => sum + (status.isFile() ? status.size : 0), 0);

const entriesOf = (node: BuiltProgram): readonly unknown[] => {
  const ledger = parseRecord(node.read('/run/crio-guard/ledger.json') ?? node.read(LASTING) ?? '');
  return Array.isArray(ledger?.['entries']) ? ledger['entries'] : [];
};
const LASTING = '/var/lib/crio-guard/ledger.json';

const PROGRAMS = '/programs';

/** Has each stand-in write its name and first argument. */
function noteProgramsOf(node: BuiltProgram): void {
  for (const name of fs.readdirSync(`${node.root}/usr/bin`)) {
    const script = node.read(`/usr/bin/${name}`) ?? '';
    node.write(`/usr/bin/${name}`, script.replace('\n', `\necho "${name} $1" >>${PROGRAMS}\n`), 0o755);
  }
}

/** What a start has done and left. */
interface Start {
  readonly files: string;
  readonly bytes: number;
  readonly entries: number;
  /** A program a line. */
  readonly programs: string;
  /** What the drop-in sees, and the state of the correction. */
  readonly end: string;
  /** What became of the correction, in full. */
  readonly correction: string;
}

function startOn(node: BuiltProgram): Start {
  node.remove(PROGRAMS);
  const { status, stdout } = node.run(['--prestart']);
  const report = parseRecord(node.read('/run/crio-guard/report.json') ?? '');
  const correction = report?.['correction'];
  return {
    files: filesOf(node),
    bytes: bytesOf(node),
    entries: entriesOf(node).length,
    programs: node.read(PROGRAMS) ?? '',
    end: `${status} ${stdout.trimEnd()} ${isRecord(correction) ? String(correction['state']) : ''}`,
    correction: JSON.stringify(correction),
  };
}

/** Of a start in a row: what grew, or went wrong. */
type Wrong = string | undefined;

/** A node on which each start loads the module, which does not help, and takes that back. */
function nodeToCorrect(): BuiltProgram {
  const node = new BuiltProgram();
  withInstalledModule(node);
  const finished = {
    code: 'CG205',
    time: '2026-01-01T00:00:00.000Z',
    status: 'undone',
    actions: [],
  } as const;
  node.ledger(Array.from({ length: KEPT - 1 }, (_, number) => ({ ...finished, id: `old-${number}` })));
  // A machine that has a lot else to do is no reason to do less than in the start before.
  limit(node, DEADLINE);
  noteProgramsOf(node);
  return node;
}

/** So many starts in a row, each of which tries a correction that does not help, and takes it back. */
function* startsInARow(starts: number): Iterable<Wrong> {
  const node = nodeToCorrect();
  try {
    // It alone asks for the version of CRI-O, which the others remember.
    let before = startOn(node);
    let usual: Start | undefined;
    yield before.end === END ? undefined : `${before.end}: ${before.correction}`;
    for (let number = 2; number <= starts; number++) {
      const start = startOn(node);
      usual ??= start;
      // From then on the ledger holds entries of these starts alone.
      const isFull = number > KEPT + 1;
      yield whatGrew(start, before, isFull) ?? whatDiffers(start, usual);
      before = isFull ? { ...start, bytes: before.bytes } : start;
    }
  } finally {
    node.close();
  }
}

function whatGrew(start: Start, before: Start, isFull: boolean): Wrong {
  const { files, bytes, entries } = start;
  if (files !== before.files) return `other files:\n${before.files}\n${files}`;
  if (files.includes('.tmp')) return `a temporary file is left: ${files}`;
  if (isFull && bytes > before.bytes + SLACK) return `${bytes} bytes after ${before.bytes}`;
  return entries === KEPT ? undefined : `${entries} entries in the ledger`;
}

/** Each start meets the same machine: it runs the same programs, and ends in the same way. */
function whatDiffers({ programs, end, correction }: Start, usual: Start): Wrong {
  const what = `${end}: ${correction}`;
  if (end !== END) return what;
  if (!programs.includes(CORRECTION)) return `no correction was tried:\n${programs}${what}`;
  if (programs !== usual.programs) return `other programs:\n${usual.programs}\n${programs}${what}`;
  return correction === usual.correction ? undefined : `${usual.correction}\n${correction}`;
}

/** @returns what grew, or went wrong */
export function manyStarts(starts: number): Wrong {
  for (const wrong of startsInARow(starts)) if (wrong !== undefined) return wrong;
  return undefined;
}

export const manyStartsClass = (starts: number): HostileClass => ({
  name: 'start in a row',
  lack: starts > 0 ? BuiltProgram.lacking : 'STARTS=2000 was not given',
  *attempts(): Iterable<Attempted> {
    let number = 0;
    for (const wrong of startsInARow(starts)) {
      number += 1;
      yield {
        what: `start ${number}: ${wrong ?? ''}`,
        fault: wrong === undefined ? undefined : 'other broken promise',
      };
      // Each later one would say the same.
      if (wrong !== undefined) return;
    }
  },
});
