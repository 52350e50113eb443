import * as fs from 'node:fs';
import { parseRecord } from '../../src/text/json-record.js';
import type { Attempted, HostileClass } from './fault.js';
import { BuiltProgram, withInstalledModule } from '../cli/built-program.js';

/** Finished corrections that the ledger keeps. */
const KEPT = 50;
/** Bytes by which files may differ from start to start: the counts and times in them have other lengths. */
const SLACK = 256;
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

/** Of a start in a row: what grew, or went wrong. */
type Wrong = string | undefined;

/** So many starts in a row, each of which tries a correction that does not help, and takes it back. */
function* startsInARow(starts: number): Iterable<Wrong> {
  const node = new BuiltProgram();
  try {
    withInstalledModule(node);
    const finished = {
      code: 'CG205',
      time: '2026-01-01T00:00:00.000Z',
      status: 'undone',
      actions: [],
    } as const;
    node.ledger(Array.from({ length: KEPT - 1 }, (_, number) => ({ ...finished, id: `old-${number}` })));
    let before: { readonly files: string; readonly bytes: number } | undefined;
    for (let start = 1; start <= starts; start++) {
      const { status, stdout } = node.run(['--prestart']);
      const after = { files: filesOf(node), bytes: bytesOf(node) };
      // From then on the ledger holds entries of these starts alone.
      const full = start > KEPT ? before?.bytes : undefined;
      yield status === 1 && stdout === 'stop\n'
        ? whatGrew(after, before?.files, full, entriesOf(node).length)
        : `exit code ${status}, "${stdout}"`;
      before = { files: after.files, bytes: full ?? after.bytes };
    }
    const tries = node.read('/loaded')?.split('\n').length ?? 0;
    if (tries <= starts) yield `only ${tries} corrections were tried`;
  } finally {
    node.close();
  }
}

function whatGrew(
  after: { readonly files: string; readonly bytes: number },
  files: string | undefined,
  bytes: number | undefined,
  entries: number,
): Wrong {
  if (files !== undefined && files !== after.files) return `other files:\n${files}\n${after.files}`;
  if (after.files.includes('.tmp')) return `a temporary file is left: ${after.files}`;
  if (bytes !== undefined && after.bytes > bytes + SLACK) return `${after.bytes} bytes after ${bytes}`;
  return entries === KEPT ? undefined : `${entries} entries in the ledger`;
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
