import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replay } from './replay.js';

// Recorded by the scenario 95-root-on-zfs, after CRI-O had made a layer in that dataset.
test('a host whose root is on ZFS', async () => {
  const { report } = await replay('../platforms/root-on-zfs');
  const { prediction, verdict, findings } = report;
  assert.ok(prediction.outcome === 'starts', JSON.stringify(prediction));
  assert.deepEqual([prediction.driver, prediction.dataset], ['zfs', 'tank/crio']);
  assert.deepEqual([verdict, findings], ['ok', []]);
});
