import type { CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { describeRow } from '../../src/config/installed-crio/version-table.js';
import type { Judged } from './judged.js';
import type { Explanation } from './explain.js';

/** The result in lines: first the count, then the rows with their cases by kind, then what no row explains. */
export async function linesOf(
  all: number,
  { agreeing, wrong, unknown, rows, unexplained }: Explanation,
  version: CrioVersion,
): Promise<string[]> {
  const parts = [
    `CRI-O ${version.text}: ${agreeing} of ${all} agree, ${wrong} differ, ${unknown.length} unknown`,
  ];
  for (const { row, cases } of rows) {
    parts.push(`change the row ${describeRow(row)}`, await byKind(cases, version));
  }
  if (unexplained.length > 0) {
    parts.push('no row of the versions table explains these', await byKind(unexplained, version));
  }
  for (const test of unexplained) {
    const { prediction } = await test.predict(version);
    parts.push(`  ${test.id}`, `    CRI-O:     ${JSON.stringify(test.answer)}`);
    parts.push(`    predicted: ${JSON.stringify(prediction)}`);
  }
  if (unknown.length > 0) parts.push('not predicted', await byKind(unknown, version));
  return parts;
}

async function byKind(cases: readonly Judged[], version: CrioVersion): Promise<string> {
  const kinds = new Map<string, string[]>();
  for (const test of cases) {
    const { wordsOnly } = await test.predict(version);
    const kind = wordsOnly ? `${test.kind}, words only` : test.kind;
    kinds.set(kind, [...(kinds.get(kind) ?? []), test.id]);
  }
  return [...kinds].map(([kind, ids]) => `  ${kind} (${ids.length}): ${ids.join(' ')}`).join('\n');
}
