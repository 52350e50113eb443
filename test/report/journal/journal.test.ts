import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  guardFailedRecord,
  journalRecords,
  type JournalRequest,
} from '../../../src/report/journal/journal.js';
import type { JournalRecord } from '../../../src/report/journal/journal-record.js';
import { MESSAGE_ID } from '../../../src/report/journal/message-id.js';
import { notesOf } from '../../../src/report/journal/left-to-check.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import type { Report } from '../../../src/report/report.js';
import { rules } from '../../../src/rules/index.js';
import { HEALTHY, ISSUE_8771, OTHER_DRIVER, reportOn } from '../example-report.js';

const valuesOf = (record: JournalRecord | undefined, name: string): string[] =>
  (record ?? []).filter(([other]) => other === name).map(([, value]) => value);
const valueOf = (record: JournalRecord | undefined, name: string): string | undefined =>
  valuesOf(record, name)[0];

const records = (report: Report, more: Partial<JournalRequest> = {}) =>
  journalRecords({
    report,
    stopped: false,
    messageIdOf: (code) => rules.find((rule) => rule.code === code)?.messageId,
    ...more,
  });

test('a healthy start is one short record', async () => {
  const [record, ...others] = records(await reportOn(HEALTHY));
  assert.deepEqual(others, []);
  assert.equal(valueOf(record, 'MESSAGE_ID'), MESSAGE_ID.summary);
  assert.equal(valueOf(record, 'PRIORITY'), '6');
  assert.equal(valueOf(record, 'CRIO_GUARD_DATASET'), 'tank/crio');
  assert.ok(!valueOf(record, 'MESSAGE')?.includes('\n'));
});

test('where ZFS plays no part there is none', async () => {
  assert.deepEqual(records(await reportOn(OTHER_DRIVER)), []);
});

test('a finding has a record of its own, with all it found', async () => {
  const report = await reportOn(ISSUE_8771);
  const found = records(report, { stopped: true });
  const finding = found.find((record) => valueOf(record, 'CRIO_GUARD_SLUG') !== undefined);
  assert.equal(valueOf(found[0], 'MESSAGE_ID'), MESSAGE_ID.summary);
  assert.equal(valueOf(found[0], 'PRIORITY'), '3');
  assert.equal(valueOf(found[0], 'CRIO_GUARD_DECISION'), 'stop');
  assert.match(valueOf(found[0], 'MESSAGE') ?? '', /no zfs dataset found for rootdir/);
  assert.equal(valueOf(finding, 'CRIO_GUARD_CODE'), 'CG201');
  assert.equal(valueOf(finding, 'MESSAGE_ID'), rules.find(({ code }) => code === 'CG201')?.messageId);
  assert.equal(valueOf(finding, 'CRIO_GUARD_DATA_DATASET'), 'tank/crio');
  assert.equal(valueOf(finding, 'CRIO_GUARD_DATA_PARENT_FILE_SYSTEM'), 'ext4');
  assert.deepEqual(
    valuesOf(finding, 'CRIO_GUARD_REMEDY'),
    report.findings.find(({ code }) => code === 'CG201')?.remedy.map(({ line }) => line),
  );
});

test('every record can be found by unit, identifier, run and id, with every placeholder filled', async () => {
  const report = await reportOn(ISSUE_8771);
  for (const record of records(report)) {
    assert.deepEqual(valuesOf(record, 'OBJECT_SYSTEMD_UNIT'), ['crio.service']);
    assert.deepEqual(valuesOf(record, 'SYSLOG_IDENTIFIER'), ['crio-guard']);
    assert.deepEqual(valuesOf(record, 'CRIO_GUARD_RUN'), [report.run]);
    assert.match(valueOf(record, 'MESSAGE_ID') ?? '', /^[0-9a-f]{32}$/);
    for (const name of ['GRAPHROOT', 'DATASET', 'DRIVER', 'ORIGIN', 'VERDICT']) {
      assert.equal(valuesOf(record, `CRIO_GUARD_${name}`).filter((value) => value !== '').length, 1);
    }
  }
});

test('an echo is named in the summary alone', async () => {
  const report = await reportOn(ISSUE_8771);
  const [first] = report.findings;
  assert.ok(first !== undefined);
  const data = { graphroot: '/', source: 'tank' };
  const echo = { ...first, code: 'CG508', data, follows: first.code } as const;
  const found = records({ ...report, findings: [first, echo] });
  assert.deepEqual(valuesOf(found[0], 'CRIO_GUARD_ECHO').length, 1);
  assert.ok(!found.some((record) => valueOf(record, 'CRIO_GUARD_CODE') === 'CG508'));
});

test('a correction is reported with its actions', async () => {
  const healthy = await reportOn(HEALTHY);
  const actions: Report['correction']['actions'] = [
    { kind: 'make-directory', description: 'make the directory /a', undo: '' },
    { kind: 'write-file', description: 'write /b', undo: '' },
  ];
  const message = 'graphroot is nowhere.';
  const report: Report = { ...healthy, correction: { state: 'applied', code: 'CG201', message, actions } };
  const [, corrected] = records(report);
  const lines = valueOf(corrected, 'MESSAGE')?.split('\n') ?? [];
  assert.match(
    lines[0] ?? '',
    /^corrected CG201: graphroot was the mountpoint .* would have refused to start\. Done:$/,
  );
  assert.ok(lines.includes(`The finding was: ${message}`), 'the finding is gone, not its names');
  assert.ok(lines.includes('Now CRI-O will start with driver zfs, new layers land in tank/crio.'));
  assert.equal(valueOf(corrected, 'MESSAGE_ID'), MESSAGE_ID.corrected);
  assert.equal(valueOf(corrected, 'PRIORITY'), '5');
  assert.equal(valueOf(corrected, 'CRIO_GUARD_CODE'), 'CG201');
  assert.deepEqual(
    valuesOf(corrected, 'CRIO_GUARD_ACTION'),
    actions.map(({ description }) => description),
  );
});

test('information is written once, and what our own correction brings about never', async () => {
  const noted = await reportOn({ graphroot: '/var/lib/crio', fsname: 'tank/crio' });
  const codes = (report: Report, known?: ReadonlySet<string>): (string | undefined)[] =>
    records(report, known === undefined ? {} : { known })
      .slice(1)
      .map((one) => valueOf(one, 'CRIO_GUARD_CODE'));
  assert.deepEqual(codes(noted), ['CG513', 'CG508']);
  assert.deepEqual(codes(noted, new Set(notesOf(noted))), ['CG513'], 'a warning is written each time');
  const wrong = await reportOn(ISSUE_8771);
  assert.deepEqual(codes(wrong, new Set(notesOf(wrong))), codes(wrong), 'errors are written each time');

  const moved = (file: string): ExampleMachine => ({
    graphroot: '/var/lib/crio',
    files: {
      '/etc/containers/storage.conf':
        '[storage]\ndriver = "zfs"\nrunroot = "/run/crio"\ngraphroot = "/var/lib/crio"\n',
      [`/etc/crio/crio.conf.d/${file}`]: '[crio]\nroot = "/var/lib/crio/containers"\n',
    },
  });
  assert.deepEqual(codes(await reportOn(moved('50-root.conf'))), ['CG112']);
  assert.deepEqual(codes(await reportOn(moved('zz-crio-guard.conf'))), []);
});

test('an unchanged report is one line of the same gravity', async () => {
  const found = records(await reportOn(ISSUE_8771), { unchangedSince: '2026-01-01T00:00:00.000Z' });
  assert.equal(found.length, 1);
  assert.equal(valueOf(found[0], 'MESSAGE_ID'), MESSAGE_ID.unchanged);
  assert.equal(valueOf(found[0], 'PRIORITY'), '3');
  assert.match(valueOf(found[0], 'MESSAGE') ?? '', /^[^\n]*CG201[^\n]*$/);
});

test('an unchanged report in which all is well is one line too, whatever it notes', async () => {
  const report = await reportOn({
    graphroot: '/data/crio',
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/data', mountpoint: '/data' },
      { name: 'tank/data/crio', mountpoint: '/data/crio' },
    ],
  });
  assert.equal(report.verdict, 'ok');
  assert.ok(report.findings.length > 0);
  assert.ok(records(report).length > 1);
  const [again, ...others] = records(report, { unchangedSince: '2026-01-01T00:00:00.000Z' });
  assert.deepEqual(others, []);
  assert.equal(valueOf(again, 'MESSAGE_ID'), MESSAGE_ID.summary);
  assert.match(valueOf(again, 'MESSAGE') ?? '', /^ok: [^\n]*$/);
});

test('who is stopped hears why, and not that crio-guard is the reason', async () => {
  const failing = records(await reportOn(ISSUE_8771), { stopped: true });
  assert.match(
    valueOf(failing[0], 'MESSAGE') ?? '',
    /^error: CRI-O will not start; crio-guard stops it before it fails\n/,
  );
  const astray = await reportOn({
    graphroot: '/srv/crio/containers',
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/srv', mountpoint: '/srv' },
      { name: 'tank/srv/crio', mountpoint: '/srv/crio', mounted: 'no' },
    ],
  });
  assert.match(
    valueOf(records(astray, { stopped: true })[0], 'MESSAGE') ?? '',
    /^error: CRI-O would start with driver zfs, but new layers would land in tank\/srv; crio-guard keeps/,
  );
});

test('what to do: sentences, and under them the commands, whole', async () => {
  const found = records(await reportOn(ISSUE_8771));
  const message = valueOf(
    found.find((record) => valueOf(record, 'CRIO_GUARD_SLUG') !== undefined),
    'MESSAGE',
  );
  assert.match(message ?? '', /\n {2}[^\n]+:\n {4}mkdir -p -m 0700 [^\n]+\n/);
});

test('an ignored finding is a note', async () => {
  const found = records(await reportOn(ISSUE_8771, ['CG201']));
  const note = found.find((record) => valueOf(record, 'CRIO_GUARD_CODE') === 'CG201');
  assert.equal(valueOf(note, 'PRIORITY'), '6');
  assert.equal(valueOf(note, 'CRIO_GUARD_IGNORED'), '1');
});

test('an error of our own is found by its id', () => {
  const record = guardFailedRecord('Error: x\n    at y');
  assert.equal(valueOf(record, 'MESSAGE_ID'), MESSAGE_ID['guard-failed']);
  assert.equal(valueOf(record, 'OBJECT_SYSTEMD_UNIT'), 'crio.service');
});

test('all ids are different', () => {
  const ids = [...Object.values(MESSAGE_ID), ...rules.map(({ messageId }) => messageId)];
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});
