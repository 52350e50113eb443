import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StateFile } from '../../src/bus/state-file.js';
import { ReportState, type Change } from '../../src/bus/state.js';
import { parseReport } from '../../src/bus/published-state.js';
import { VERSION } from '../../src/version.js';
import { failing, report } from './reports.js';

function withState(
  then: (told: Change[], file: string, make: () => ReportState, warned: string[]) => void,
): void {
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-state-'));
  const [told, warned]: [Change[], string[]] = [[], []];
  const file = join(directory, 'report.json');
  mkdirSync(join(directory, 'own'));
  const warn = (text: string): void => void warned.push(text);
  const make = (): ReportState =>
    new ReportState(
      file,
      new StateFile(join(directory, 'own'), warn),
      (change) => told.push(change),
      warn,
      process.getuid?.(),
    );
  try {
    then(told, file, make, warned);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function put(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(content));
  renameSync(`${file}.new`, file);
}

test('without a report everything is unknown', () =>
  withState((told, _, make) => {
    const state = make();
    state.refresh();
    assert.equal(state.value('Verdict'), 'unknown');
    assert.equal(state.value('LastCheck'), 0n);
    assert.deepEqual(told, []);
  }));

test('a report is shown, and a change is signalled once', () =>
  withState((told, file, make) => {
    const state = make();
    put(file, failing());
    state.refresh();
    state.refresh();
    assert.equal(state.value('Verdict'), 'error');
    assert.deepEqual(state.value('Prediction'), ['fails', '', 'no zfs dataset', []]);
    assert.equal(state.value('LastCheck'), 1767323045678000n);
    const findings = state.value('Findings');
    assert.ok(Array.isArray(findings));
    assert.equal(JSON.stringify(findings[1]), '["CG501","other-slug","info","heuristic","ignored"]');
    put(file, report());
    state.refresh();
    assert.deepEqual(
      told.map(({ verdict }) => verdict),
      [
        { old: 'unknown', new: 'error' },
        { old: 'error', new: 'ok' },
      ],
    );
    assert.deepEqual(told[1]?.properties, ['Verdict', 'Prediction', 'Dataset', 'Findings']);
    put(file, report());
    state.refresh();
    assert.equal(told.length, 2, 'the same again is no change');
  }));

test('a Check is shown until a new report is written, across the idle exit too', () =>
  withState((told, file, make) => {
    put(file, failing());
    const state = make();
    state.refresh();
    state.show(report());
    const next = make();
    next.refresh();
    assert.equal(next.value('Verdict'), 'ok');
    assert.equal(told.length, 2);
    put(file, failing());
    next.refresh();
    assert.deepEqual(told[2]?.verdict, { old: 'ok', new: 'error' });
  }));

test('a report that cannot be read is unknown, never right', () =>
  withState((_, file, make, warned) => {
    put(file, report());
    const state = make();
    state.refresh();
    for (const broken of ['', '{', 'null', '[]', '{"schemaVersion":2}', '{"schemaVersion":1}']) {
      writeFileSync(file, `${broken} `);
      state.refresh();
      assert.equal(state.value('Verdict'), 'unknown', broken);
      put(file, report());
      state.refresh();
      assert.equal(state.value('Verdict'), 'ok');
    }
    assert.equal(warned.length, 6);
    rmSync(file);
    state.refresh();
    assert.equal(state.value('Verdict'), 'ok', 'a report that is gone leaves the last one');
  }));

test('a memory that is damaged, or of another version, is none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-memory-'));
  const ours = `{"version":"${VERSION}"`;
  for (const text of [
    '',
    'null',
    '{"version":"0.0.0","shown":1}',
    `${ours}}`,
    `${ours},"shown":{},"seen":""}`,
  ]) {
    writeFileSync(join(directory, 'shown.json'), text);
    assert.equal(new StateFile(directory, () => undefined).recall(), undefined);
  }
  assert.equal(new StateFile(undefined, () => undefined).recall(), undefined);
  rmSync(directory, { recursive: true });
});

test('only a report of a known version is one', () => {
  assert.deepEqual(parseReport(JSON.stringify(report())), report());
  assert.equal(
    parseReport(JSON.stringify({ ...report(), schemaVersion: 2 })),
    'schemaVersion: expected 1, found 2',
  );
});
