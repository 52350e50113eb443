import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCrioRefusal } from '../../src/config/installed-crio/crio-refusal.js';
import { compare, readCases, resolveCase, VERSIONS, type Agreement } from './corpus.js';

const COLUMNS: readonly Agreement[] = ['agrees', 'words differ', 'unknown', 'wrong'];

describe('configurations that CRI-O itself has judged', () => {
  it('get the same answer in both versions', async (context) => {
    const table = new Map<string, Map<Agreement, number>>();
    const wrong: string[] = [];
    let asked = 0;
    for (const test of readCases()) {
      for (const version of VERSIONS) {
        const expected = test.expect[version.text];
        if (expected === undefined) continue;
        asked++;
        const answer = await resolveCase(test, version);
        const agreement = compare(expected, answer);
        const row: string = expected.ok ? 'accepted' : parseCrioRefusal(expected.error).cause.kind;
        const counts = table.get(row) ?? new Map<Agreement, number>();
        counts.set(agreement, (counts.get(agreement) ?? 0) + 1);
        table.set(row, counts);
        if (agreement === 'wrong') {
          wrong.push(`${test.id} ${version.text}: ${JSON.stringify(expected)} but ${JSON.stringify(answer)}`);
        }
      }
    }
    context.diagnostic(['cause', ...COLUMNS].map((name) => name.padEnd(26)).join(''));
    for (const [row, counts] of [...table].sort()) {
      const numbers = COLUMNS.map((name) => String(counts.get(name) ?? 0).padEnd(26));
      context.diagnostic(row.padEnd(26) + numbers.join(''));
    }
    const unknown = [...table.values()].reduce((sum, row) => sum + (row.get('unknown') ?? 0), 0);
    assert.ok(asked >= 800, `only ${asked} answers were asked for`);
    assert.deepEqual(wrong, []);
    assert.ok(unknown <= asked * 0.02, `${unknown} of ${asked} are undetermined`);
  });

  it('names what a refusal that has nothing to do with storage is about', async () => {
    for (const test of readCases()) {
      for (const version of VERSIONS) {
        const expected = test.expect[version.text];
        if (expected === undefined || expected.ok || !expected.error.includes('logrus')) continue;
        const answer = await resolveCase(test, version);
        assert.equal(answer.outcome, 'refused');
        assert.equal(answer.refusal.cause.kind, 'unrelated');
        assert.match(answer.refusal.cause.key ?? '', /log_level$/i);
      }
    }
  });
});
