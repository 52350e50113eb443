// Checks healthy nodes on which one program or one file is hostile, each with each: `make hostile`.
import { attemptsIn, withWork, type Fault } from './sweep.js';

const counts = new Map<string, number>();
const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
const faults: string[] = [];

await withWork(async (work) => {
  for (const { class: kind, node, subject, behaviour, run } of await attemptsIn(work)) {
    const fault = await run();
    count(kind);
    if (fault === undefined) continue;
    count(`${kind} ${fault}`);
    faults.push(`${fault}: ${node}, ${subject} ${kind === 'program' ? '' : 'is '}${behaviour}`);
  }
});

const COLUMNS: readonly Fault[] = [
  'hang',
  'exception',
  'stop without proof',
  'exact error from a broken answer',
];
console.log(['class'.padEnd(26), 'attempts', ...COLUMNS].join('  '));
for (const kind of ['program', 'file', 'file that CRI-O reads, too']) {
  const cells = COLUMNS.map((fault) => String(counts.get(`${kind} ${fault}`) ?? 0).padStart(fault.length));
  console.log([kind.padEnd(26), String(counts.get(kind) ?? 0).padStart(8), ...cells].join('  '));
}
for (const fault of faults) console.log(fault);
process.exit(faults.length === 0 ? 0 : 1);
