import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lackOfOwners, TRUST, tryTrust } from './trust.js';

/** `make hostile` makes every attempt; this many of them here, spread over all. */
const SELECTION = 12;

test('what others can write is not obeyed', { skip: lackOfOwners() ?? false }, () => {
  const step = Math.floor(TRUST.length / SELECTION);
  for (const { what, fault } of tryTrust(TRUST.filter((_, index) => index % step === 0)))
    assert.equal(fault, undefined, what);
});
