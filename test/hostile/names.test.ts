import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesClasses } from './names.js';

test('a hostile name stops no start, breaks no check and leaves no output raw', async () => {
  const [layouts] = namesClasses;
  let attempts = 0;
  for await (const { what, fault } of layouts?.attempts() ?? []) {
    attempts += 1;
    assert.equal(fault, undefined, what);
  }
  assert.ok(attempts > 150);
});
