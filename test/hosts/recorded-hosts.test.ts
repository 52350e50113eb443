import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Report } from '../../src/report/report.js';
import { HOSTS, reportOn } from './replay.js';

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
  // The file is ours; a line of another form fails the tests below.
  .map((line) => JSON.parse(line) as Layout);

const schema: unknown = JSON.parse(readFileSync('packaging/report.schema.json', 'utf8'));
assert.ok(typeof schema === 'object' && schema !== null);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

/** A random number is in the name of the directory that overlay tries itself on. */
const comparable = (words: string): string => words.trimEnd().replace(/compat(\d+|\*)/g, 'compatN');

/** What of a report does not change from run to run. */
function lasting(report: Report): unknown {
  return JSON.parse(JSON.stringify({ ...report, facts: undefined, run: undefined, version: undefined }));
}

describe('machines recorded in the virtual machine', () => {
  test('every layout has its recorded host, and every host its layout', () => {
    const ids = layouts.map(({ id }) => `${id}.json`).sort();
    const files = readdirSync(HOSTS).filter((name) => !name.endsWith('.report.json'));
    assert.deepEqual(files.sort(), ids);
    assert.ok(ids.length >= 60);
  });

  for (const { id, note, expect, layer } of layouts) {
    for (const [version, { starts, error }] of Object.entries(expect)) {
      test(`${id}: what CRI-O ${version} did (${note})`, async () => {
        const { prediction } = await reportOn(id, version);
        if (starts) {
          assert.ok(prediction.outcome === 'starts', JSON.stringify(prediction));
          if (layer !== undefined) assert.equal(prediction.dataset, layer.dataset);
        } else {
          assert.ok(prediction.outcome === 'fails', JSON.stringify(prediction));
          assert.equal(comparable(prediction.error), comparable(error ?? ''));
        }
      });
    }

    test(`${id}: the whole report`, async () => {
      const report = await reportOn(id);
      assert.ok(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors));
      const file = `${HOSTS}/${id}.report.json`;
      if (process.env['UPDATE'] !== undefined || !existsSync(file)) {
        assert.ok(process.env['UPDATE'] !== undefined, `${file} is missing; UPDATE=1 writes it`);
        writeFileSync(file, `${JSON.stringify(lasting(report), null, 1)}\n`);
      }
      assert.deepEqual(lasting(report), JSON.parse(readFileSync(file, 'utf8')));
    });
  }
});
