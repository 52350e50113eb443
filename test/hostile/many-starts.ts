import * as fs from 'node:fs';
import { parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram, withInstalledModule } from '../cli/built-program.js';

/** Finished corrections that the ledger keeps. */
const KEPT = 50;
const PLACES = ['/etc/crio', '/etc/crio-guard', '/run/crio-guard', '/var/lib/crio-guard', '/tmp'];

const filesOf = (node: BuiltProgram): string =>
  PLACES.flatMap((place) => {
    const at = node.root + place;
    const names = fs.existsSync(at) ? fs.readdirSync(at, { recursive: true, encoding: 'utf8' }) : [];
    return names.map((name) => `${place}/${name}`);
  })
    .sort()
    .join('\n');

const entriesOf = (node: BuiltProgram): readonly unknown[] => {
  const ledger = parseRecord(node.read('/run/crio-guard/ledger.json') ?? node.read(LASTING) ?? '');
  return Array.isArray(ledger?.['entries']) ? ledger['entries'] : [];
};
const LASTING = '/var/lib/crio-guard/ledger.json';

/**
 * So many starts in a row, each of which tries a correction that does not help, and takes it back.
 *
 * @returns what grew, or went wrong
 */
export function manyStarts(starts: number): string | undefined {
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
    let before: string | undefined;
    for (let start = 1; start <= starts; start++) {
      const { status, stdout } = node.run(['--prestart']);
      if (status !== 1 || stdout !== 'stop\n') return `start ${start}: exit code ${status}, "${stdout}"`;
      const files = filesOf(node);
      if (before !== undefined && files !== before)
        return `start ${start}: other files:\n${before}\n${files}`;
      if (files.includes('.tmp')) return `start ${start}: a temporary file is left: ${files}`;
      before = files;
      const { length } = entriesOf(node);
      if (length !== KEPT) return `start ${start}: ${length} entries in the ledger`;
    }
    const tries = node.read('/loaded')?.split('\n').length ?? 0;
    return tries > starts ? undefined : `only ${tries} corrections were tried`;
  } finally {
    node.close();
  }
}
