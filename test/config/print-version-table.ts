import { classOf, compare, expectedOf, readCases, resolveCase, VERSIONS } from './corpus.js';

// Prints, for each version and class of case, how many of the predictions agree with CRI-O.
const cases = readCases();
const table = new Map<string, Map<string, [agrees: number, all: number]>>();
for (const version of VERSIONS) {
  for (const test of cases) {
    const expected = expectedOf(test.expect, version);
    const agrees = compare(expected, await resolveCase(test, version)) === 'agrees';
    const row = table.get(classOf(expected)) ?? new Map<string, [number, number]>();
    const [before, all] = row.get(version.text) ?? [0, 0];
    row.set(version.text, [before + (agrees ? 1 : 0), all + 1]);
    table.set(classOf(expected), row);
  }
}
const print = (name: string, cells: readonly string[]): void => {
  console.log(name.padEnd(22) + cells.map((cell) => cell.padStart(9)).join(''));
};
print(
  'agreeing/all',
  VERSIONS.map(({ text }) => text),
);
for (const [name, row] of [...table].sort(([a], [b]) => a.localeCompare(b))) {
  print(name, VERSIONS.map(({ text }) => row.get(text)?.join('/') ?? '-')); // prettier-ignore
}
