import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { replay } from './replay.js';

// What CRI-O did on each: test/vm/record-platforms recorded these, and the scenario 95 the one with its root on ZFS.
const names = readdirSync('test/corpus/platforms').map((file) => file.replace('.json', ''));

for (const name of names) {
  test(`${name}: what CRI-O did there`, async () => {
    const { report } = await replay(`../platforms/${name}`);
    const { prediction, verdict, findings } = report;
    const codes = findings.map(({ code }) => code);
    if (name.endsWith('issue-8771')) {
      assert.equal(prediction.outcome, 'fails');
      assert.ok(codes.includes('CG201'), codes.join(' '));
    } else {
      assert.ok(prediction.outcome === 'starts', JSON.stringify(prediction));
      assert.deepEqual([prediction.driver, prediction.dataset], ['zfs', 'tank/crio']);
      assert.deepEqual([verdict, codes], ['ok', []]);
    }
  });
}

test('each platform is recorded', () => {
  const made = ['bookworm', 'trixie', 'testing'].flatMap((suite) => [
    `${suite}-healthy`,
    `${suite}-issue-8771`,
  ]);
  assert.deepEqual([...names].sort(), [...made, 'root-on-zfs'].sort());
});
