import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectedOf, VERSIONS } from '../config/corpus.js';
import { compareStore, predictStore, readStoreCases, storeAnswer } from './store-corpus.js';

describe('stores that CRI-O itself has opened', () => {
  const cases = readStoreCases();
  for (const version of VERSIONS) {
    it(`are predicted for CRI-O ${version.text}`, async () => {
      const wrong: string[] = [];
      const unknown: string[] = [];
      for (const test of cases) {
        const prediction = await predictStore(test, version);
        const [run] = expectedOf(test.expect, version);
        assert.ok(run !== undefined, test.id);
        const answer = storeAnswer(run);
        const agreement = compareStore(answer, prediction);
        if (agreement === 'unknown') unknown.push(test.id);
        if (agreement === 'wrong') {
          wrong.push(`${test.id}: ${JSON.stringify(prediction)} instead of ${JSON.stringify(answer)}`);
        }
      }
      assert.deepEqual(wrong, []);
      // One answer of one program proves nothing: a list with wrong columns may be cut off.
      assert.deepEqual(unknown, ['list-12-columns', 'list-24K', 'list-blank-line']);
    });
  }
});
