import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { reportJson } from '../../src/report/json/report-json.js';
import { assertFollows } from '../report/json/schemas.js';
import { HOSTS, recordedIds, replay } from './replay.js';
import { matchesSnapshot, snapshotOf } from './snapshot.js';

/** A layout, and what the real CRI-O did on it. */
interface Layout {
  readonly id: string;
  readonly note: string;
  readonly expect: Readonly<Record<string, { readonly starts: boolean; readonly error?: string }>>;
  readonly layer?: { readonly dataset: string };
}

const layouts = readFileSync('test/corpus/layouts/cases.jsonl', 'utf8')
  .trim()
  .split('\n')
  // The file is ours; an unexpected line fails the tests below.
  .map((line) => JSON.parse(line) as Layout);

/** A random number is in the name of the directory that overlay tries itself on. */
const comparable = (words: string): string => words.trimEnd().replace(/compat(\d+|\*)/g, 'compatN');

describe('machines recorded in the virtual machine', () => {
  test('every layout has its recorded host, and every host its layout', () => {
    const ids = layouts.map(({ id }) => id).sort();
    assert.deepEqual([...recordedIds()].sort(), ids);
    assert.ok(ids.length >= 60);
  });

  for (const { id, note, expect, layer } of layouts) {
    for (const [version, { starts, error }] of Object.entries(expect)) {
      test(`${id}: what CRI-O ${version} did (${note})`, async () => {
        const { prediction } = (await replay(id, { version })).report;
        if (starts) {
          assert.ok(prediction.outcome === 'starts', JSON.stringify(prediction));
          if (layer !== undefined) assert.equal(prediction.dataset, layer.dataset);
        } else {
          assert.ok(prediction.outcome === 'fails', JSON.stringify(prediction));
          const [said, foreseen] = [comparable(error ?? ''), comparable(prediction.error)];
          // A parser's own words are not predicted.
          const isWhole = prediction.exactWords || foreseen.includes('compatN');
          assert.equal(foreseen, isWhole ? said : said.slice(0, foreseen.length));
        }
      });
    }

    test(`${id}: the report follows the schema`, async () => {
      const { report } = await replay(id);
      assertFollows('report', JSON.parse(JSON.stringify(reportJson(report))), id);
    });

    test(`${id}: codes, data, prediction and correction`, async (t) => {
      const replayed = await replay(id);
      const { notRecorded } = replayed.checked.outcomes;
      if (notRecorded.length > 0) t.diagnostic(`not recorded: ${notRecorded.join(', ')}`);
      matchesSnapshot(`${HOSTS}/${id}.report.json`, `${JSON.stringify(snapshotOf(replayed), null, 1)}\n`);
    });
  }

  for (const id of ['7-001', '7-002']) {
    test(`${id}: a rule that asks what was not recorded leaves the snapshot as it is`, async () => {
      const whole = await replay(id);
      const older = await replay(id, { isRecorded: (question) => !question.includes('kubelet.service') });
      assert.equal(whole.checked.outcomes.notRecorded.includes('CG512'), false);
      assert.ok(older.checked.outcomes.notRecorded.includes('CG512'));
      assert.deepEqual(snapshotOf(older), snapshotOf(whole));
    });
  }
});
