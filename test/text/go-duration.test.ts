import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGoDuration } from '../../src/text/go-duration.js';

test('what time.ParseDuration takes, and what it refuses', () => {
  for (const text of ['0', '-0', '1s', '1.s', '.5m', '1.25h30m', '+3us', '3µs', '3μs', '10ms1ns'])
    assert.ok(isGoDuration(text), text);
  for (const text of ['', '1', '.', '.s', '1..s', '1 s', '1S', 's', '1s2', '--1s'])
    assert.ok(!isGoDuration(text), text);
});

test('digits without a unit are refused in linear time', { timeout: 10_000 }, () => {
  // Each digit more doubled the time of a pattern that could split them in two ways.
  assert.ok(!isGoDuration('1'.repeat(100_000)));
  assert.ok(!isGoDuration(`${'1s'.repeat(50_000)}x`));
});
