import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classOf, compare, expectedOf, readCases, resolveCase, VERSIONS } from './corpus.js';

describe('configurations that CRI-O itself has judged', () => {
  const cases = readCases();
  for (const version of VERSIONS) {
    it(`get the same answer from the prediction for CRI-O ${version.text}`, async () => {
      const wrong: string[] = [];
      const unknown: string[] = [];
      const otherWords: string[] = [];
      for (const test of cases) {
        const expected = expectedOf(test.expect, version);
        const answer = await resolveCase(test, version);
        const agreement = compare(expected, answer);
        const line = `${test.id} (${classOf(expected)}): ${JSON.stringify(expected)} but ${JSON.stringify({ ...answer, notes: [] })}`;
        if (agreement === 'wrong') wrong.push(line);
        if (agreement === 'words differ') otherWords.push(line);
        if (agreement === 'unknown') unknown.push(line);
      }
      assert.deepEqual(wrong, []);
      assert.ok(unknown.length <= cases.length * 0.005, unknown.join('\n'));
      // Of two type errors in one file CRI-O names one at random.
      assert.ok(otherWords.length <= 1, otherWords.join('\n'));
    });
  }

  it('names what a refusal that has nothing to do with storage is about', async () => {
    for (const test of cases) {
      for (const version of VERSIONS) {
        const expected = expectedOf(test.expect, version);
        if (expected.ok || !expected.error.includes('logrus')) continue;
        const answer = await resolveCase(test, version);
        assert.equal(answer.kind, 'refused');
        assert.equal(answer.refusal.cause.kind, 'unrelated');
        assert.match(answer.refusal.cause.key ?? '', /log_level$/i);
      }
    }
  });
});
