import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptsIn, withWork } from './sweep.js';

/** Every attempt is made by `make hostile`; this many of them here, spread over all. */
const SELECTION = 60;

test('one hostile program or file neither hangs a check nor proves anything', { timeout: 120_000 }, () =>
  withWork(async (work) => {
    const attempts = await attemptsIn(work);
    assert.ok(attempts.length > 500, `only ${attempts.length} attempts`);
    const step = Math.floor(attempts.length / SELECTION);
    for (const { node, subject, behaviour, run } of attempts.filter((_, index) => index % step === 0))
      assert.equal(await run(), undefined, `${node}: ${subject}: ${behaviour}`);
  }),
);
