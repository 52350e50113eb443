// Checks healthy nodes on which one program or one file is hostile, each with each: `make hostile`.
import type { Fault } from './fault.js';
import { manyStarts } from './many-starts.js';
import { lackOfSilence, silentPaths } from './silent-paths.js';
import { attemptsIn, withWork } from './sweep.js';

const counts = new Map<string, number>();
const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
const faults: string[] = [];
const note = (kind: string, fault: Fault | undefined, where: string): void => {
  count(kind);
  if (fault === undefined) return;
  count(`${kind} ${fault}`);
  faults.push(`${fault}: ${where}`);
};

await withWork(async (work) => {
  for (const { class: kind, node, subject, behaviour, run } of await attemptsIn(work)) {
    note(kind, await run(), `${node}, ${subject} ${kind === 'program' ? '' : 'is '}${behaviour}`);
  }
});

const SILENT = 'path that never answers';
const lack = lackOfSilence();
if (lack === undefined) {
  const silent = silentPaths();
  for (const path of silent.paths) note(SILENT, silent.faultOf(path), path);
  silent.close();
}

const STARTS = Number(process.argv[2] ?? '0');
const grown = STARTS > 0 && lack === undefined ? manyStarts(STARTS) : undefined;

const COLUMNS: readonly Fault[] = [
  'hang',
  'exception',
  'stop without proof',
  'exact error from a broken answer',
];
console.log(['class'.padEnd(26), 'attempts', ...COLUMNS].join('  '));
for (const kind of ['program', 'file', 'file that CRI-O reads, too', SILENT]) {
  const cells = COLUMNS.map((fault) => String(counts.get(`${kind} ${fault}`) ?? 0).padStart(fault.length));
  console.log([kind.padEnd(26), String(counts.get(kind) ?? 0).padStart(8), ...cells].join('  '));
}
if (lack !== undefined) console.log(`not tried: a ${SILENT}: ${lack}`);
if (STARTS > 0 && lack === undefined) console.log(`${STARTS} starts in a row: ${grown ?? 'nothing grew'}`);
for (const fault of faults) console.log(fault);
process.exit(faults.length === 0 && grown === undefined ? 0 : 1);
