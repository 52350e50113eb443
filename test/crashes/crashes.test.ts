import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tablesOf, wrongIn, type Result } from './table.js';
import { lackOfTracing, shareOut } from './workers.js';

/** One of so many combinations; `make crashes` tries all. */
const SHARE = 113;

test(
  'killed or failing at some of its calls, the built program leaves the machine before or after',
  { skip: lackOfTracing() ?? false, timeout: 300_000 },
  async (t) => {
    const results: Result[] = [];
    const amount = { processes: 1, share: SHARE, rounds: 0, errnos: '', only: 'CG301', trial: '' };
    await shareOut(amount, (result) => results.push(result));
    t.diagnostic(tablesOf(results));
    assert.deepEqual(
      results.flatMap((result) => wrongIn(result) ?? []),
      [],
    );
    for (const kind of ['killed', 'failed'] as const)
      assert.ok(
        results.some((result) => result.kind === kind),
        kind,
      );
  },
);
