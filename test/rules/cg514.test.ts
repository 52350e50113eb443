import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datasetNameTooLong as rule } from '../../src/rules/hazards/cg514-dataset-name-too-long.js';
import { diagnoseExample } from './machine.js';

/** The answer for a dataset whose name has so many bytes. */
async function answerFor(name: string) {
  return rule.check(await diagnoseExample({ datasets: [{ name, mountpoint: '/var/lib/crio' }] }));
}

test('CG514 counts the bytes of the name, and separates layers from their snapshots', async () => {
  const name = (length: number): string => `tank/${'n'.repeat(length - 5)}`;
  for (const [length, fails] of [
    [181, 'snapshots'],
    [190, 'snapshots'],
    [191, 'layers'],
    [255, 'layers'],
  ] as const) {
    const answer = await answerFor(name(length));
    assert.ok(answer.kind === 'finding', String(length));
    assert.deepEqual(answer.data, { dataset: name(length), length, limit: 180, fails });
  }
  assert.equal((await answerFor(name(180))).kind, 'pass');
});
