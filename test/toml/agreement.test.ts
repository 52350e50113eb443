import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readsAlike } from '../../src/toml/agreement.js';
import { TOML_1_6 } from '../../src/toml/dialect.js';
import { parseToml } from '../../src/toml/toml.js';

async function rootOf(text: string) {
  const result = await parseToml(new TextEncoder().encode(text), TOML_1_6);
  assert.ok(result.kind === 'document');
  return result.document.root;
}

test('any difference in value, kind, length or key is seen', async () => {
  const root = await rootOf('a = "x"\nb = 1\nc = [1, 2]\n[d]\ne = true\n');
  const same = { a: 'x', b: 1n, c: [1, 2], d: { e: true } };
  assert.equal(readsAlike(root, same), true);
  const others: Record<string, unknown>[] = [
    { ...same, a: 'y' },
    { ...same, a: 1 },
    { ...same, b: 2 },
    { ...same, c: [1] },
    { ...same, c: [2, 1] },
    { ...same, d: { e: false } },
    { ...same, d: { e: true, f: 1 } },
    { ...same, d: [] },
    { a: 'x', b: 1, c: [1, 2] },
    { ...same, z: 1 },
  ];
  for (const other of others)
    assert.equal(readsAlike(root, other), false, JSON.stringify(Object.keys(other)));
});
