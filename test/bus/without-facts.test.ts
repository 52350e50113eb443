import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WithoutFacts } from '../../src/bus/without-facts.js';
import { jsonText } from '../../src/text/json-text.js';
import { report } from './reports.js';

function cut(text: string, size: number): string {
  const [bytes, without] = [Buffer.from(text), new WithoutFacts()];
  for (let at = 0; at < bytes.length; at += size) without.push(bytes.subarray(at, at + size));
  return without.text();
}

const { duration, ...before } = report({ crioVersion: 'no\n  "facts": {\n', version: ',\n  "facts": {\n' });
const facts = { mounts: [{ path: '/\n  },' }, { path: 'x'.repeat(500) }], empty: {} };

test('the facts are cut out of a printed report, and nothing else is, however the bytes come', () => {
  // Facts of another shape than the real ones do for this; the order of the keys must not matter.
  const middle = jsonText({ ...before, facts, duration });
  const last = jsonText({ ...before, duration, facts });
  for (let size = 1; size < 200; size += 1) {
    assert.deepEqual(JSON.parse(cut(middle, size)), { ...before, duration });
    assert.deepEqual(JSON.parse(cut(last, size)), { ...before, duration });
  }
});

test('what is not printed in that way is left as it is', () => {
  for (const text of ['', '{}', JSON.stringify({ facts: {} }), jsonText(report())]) {
    for (const size of [1, 7, 10_000]) assert.equal(cut(text, size), text);
  }
});

test('a report that is cut off in its facts is not accepted', () => {
  const half = jsonText({ ...before, facts, duration }).split('mounts')[0] ?? '';
  assert.throws(() => JSON.parse(cut(half, 50)) as unknown);
});
