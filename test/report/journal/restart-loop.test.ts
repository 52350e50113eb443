import assert from 'node:assert/strict';
import { isoTime } from '../../../src/text/iso-time.js';
import type { Finding } from '../../../src/rules/finding.js';
import type { FindingData } from '../../../src/rules/rule.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { test } from 'node:test';
import type { Report } from '../../../src/report/report.js';
import { decideWriting, parseLastReport, type LastReport } from '../../../src/report/journal/restart-loop.js';
import { HEALTHY, ISSUE_8771, NOW, reportOn } from '../example-report.js';

const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

/** A failing CRI-O, started every ten seconds; @returns the seconds at which the report was full. */
function fullOnes(reports: (second: number) => Report, seconds: number): number[] {
  let last: LastReport | undefined;
  const full: number[] = [];
  for (let second = 0; second <= seconds; second += 10) {
    const { form, next } = decideWriting(last, reports(second), at(second));
    if (form === 'full') full.push(second);
    last = next;
  }
  return full;
}

test('one full report, then short ones, then a full one an hour', async () => {
  const report = await reportOn(ISSUE_8771);
  const again = (second: number): Report => ({
    ...report,
    run: String(second),
    time: isoTime(at(second)),
    duration: second,
  });
  assert.deepEqual(fullOnes(again, 7300), [0, 3600, 7200]);
});

test('the directories that the first start makes behind a symlink change nothing', async () => {
  const first: ExampleMachine = { ...ISSUE_8771, runroot: '/var/run/crio', symlinks: { '/var/run': '/run' } };
  const second: ExampleMachine = { ...first, files: { '/run/crio/made': '' } };
  const [before, after] = [await reportOn(first), await reportOn(second)];
  assert.notDeepEqual(before.effective?.runroot, after.effective?.runroot);
  assert.deepEqual(
    fullOnes((seconds) => (seconds === 0 ? before : after), 60),
    [0],
  );
});

test('anything a reader would see makes it full', async () => {
  const [bad, good] = [await reportOn(ISSUE_8771), await reportOn(HEALTHY)];
  assert.deepEqual(
    fullOnes((second) => (second === 20 ? good : bad), 60),
    [0, 20, 30],
  );
  const refused: Report = {
    ...bad,
    correction: { state: 'refused', actions: [], refusal: 'another reason' },
  };
  assert.deepEqual(
    fullOnes((second) => (second >= 20 ? refused : bad), 60),
    [0, 20],
  );
});

test('what changes by itself, free bytes or a process, does not make it full', async () => {
  const report = await reportOn(ISSUE_8771);
  const [finding] = report.findings;
  assert.ok(finding !== undefined);
  const withData = (data: FindingData): Report => {
    const changed = { ...finding, message: JSON.stringify(data), data };
    // The data of another code does as well.
    return { ...report, findings: [changed as Finding] };
  };
  assert.deepEqual(
    fullOnes((second) => withData({ dataset: 'tank', available: 1000 - second }), 60),
    [0],
  );
  assert.deepEqual(
    fullOnes((second) => withData({ dataset: second < 20 ? 'tank' : 'pool', available: 1 }), 60),
    [0, 20],
  );
});

test('an applied correction is reported each time', async () => {
  const report = await reportOn(HEALTHY);
  const applied: Report = { ...report, correction: { state: 'applied', code: 'CG201', actions: [] } };
  assert.deepEqual(
    fullOnes(() => applied, 20),
    [0, 10, 20],
  );
});

test('a clock that was set back makes it full', async () => {
  const report = await reportOn(ISSUE_8771);
  const { next } = decideWriting(undefined, report, at(0));
  assert.equal(decideWriting(next, report, at(-60)).form, 'full');
});

test('since is when this state of things began', async () => {
  const report = await reportOn(ISSUE_8771);
  const first = decideWriting(undefined, report, at(0)).next;
  const hourly = decideWriting(first, report, at(4000)).next;
  assert.equal(hourly.since, isoTime(at(0)));
  assert.equal(hourly.full, isoTime(at(4000)));
});

test('a state that is not ours is none', async () => {
  const { next } = decideWriting(undefined, await reportOn(HEALTHY), NOW);
  assert.deepEqual(parseLastReport(JSON.stringify(next)), next);
  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...next, version: 2 }),
    JSON.stringify({ ...next, full: 'x' }),
  ]) {
    assert.equal(parseLastReport(text), undefined, text);
  }
});
