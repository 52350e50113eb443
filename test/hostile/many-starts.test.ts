import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuiltProgram } from '../cli/built-program.js';
import { manyStarts } from './many-starts.js';

/** `make hostile STARTS=2000` makes more. */
const STARTS = 5;

test(
  'starts in a row leave no further file, and the ledger does not grow',
  { skip: BuiltProgram.lacking ?? false },
  () => {
    assert.equal(manyStarts(STARTS), undefined);
  },
);
