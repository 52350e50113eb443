// Tries every class of a world that hangs, lies and is hostile, and prints one table: `make hostile`.
import { busClass } from './bus-clients.js';
import type { Fault, HostileClass } from './fault.js';
import { manyStartsClass } from './many-starts.js';
import { namesClasses } from './names.js';
import { ownStateClass } from './own-state.js';
import { silentPathsClass } from './silent-paths.js';
import { silentPoolsClass } from './silent-pools.js';
import { sweepClasses } from './sweep.js';
import { trustClass } from './trust.js';

const COLUMNS: readonly Fault[] = [
  'hang',
  'exception',
  'stop without proof',
  'exact error from a broken answer',
  'other broken promise',
];

const CLASSES: readonly HostileClass[] = [
  ...sweepClasses,
  silentPathsClass,
  silentPoolsClass,
  ownStateClass,
  ...namesClasses,
  trustClass,
  busClass,
  manyStartsClass(Number(process.argv[2] ?? '0')),
];

const WIDTH = Math.max(...CLASSES.map(({ name }) => name.length));
const row = (name: string, attempts: number, cell: (fault: Fault) => number): string =>
  [
    name.padEnd(WIDTH),
    String(attempts).padStart(8),
    ...COLUMNS.map((fault) => String(cell(fault)).padStart(fault.length)),
  ].join('  ');

const faults: string[] = [];
const all: Fault[] = [];
let tried = 0;
console.log(['class'.padEnd(WIDTH), 'attempts', ...COLUMNS].join('  '));
for (const { name, lack, attempts } of CLASSES) {
  if (lack !== undefined) {
    console.log(`${name.padEnd(WIDTH)}  not tried: ${lack}`);
    continue;
  }
  const found: Fault[] = [];
  let count = 0;
  for await (const { what, fault } of attempts()) {
    count += 1;
    if (fault === undefined) continue;
    found.push(fault);
    all.push(fault);
    faults.push(`${fault}: ${name}: ${what}`);
  }
  console.log(row(name, count, (fault) => found.filter((one) => one === fault).length));
  tried += count;
}
console.log(row('together', tried, (fault) => all.filter((one) => one === fault).length));
for (const fault of faults) console.log(fault);
console.log(`memory of this process: ${Math.ceil(process.resourceUsage().maxRSS / 1024)} MiB at most`);
process.exit(faults.length === 0 ? 0 : 1);
