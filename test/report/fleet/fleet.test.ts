import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from '../../property.js';
import { standingCorrections } from '../../../src/fix/ledger.js';
import { parseCommand } from '../../../src/cli/argv.js';
import { writeEntries, ledgerIn } from '../../fix/held-lock.js';
import { guardFailedRecord, journalRecords } from '../../../src/report/journal/journal.js';
import { cutBytes, encodeRecord, type JournalRecord } from '../../../src/report/journal/journal-record.js';
import { NPD_BYTES, NPD_DEADLINE, npdAnswer } from '../../../src/report/fleet/npd.js';
import { renderPrometheus } from '../../../src/report/fleet/prometheus.js';
import type { Report } from '../../../src/report/report.js';
import type { CorrectionState } from '../../../src/fix/correction-result.js';
import { findingOf } from '../../../src/rules/finding.js';
import { documentedRules as rules } from '../../../src/rules/index.js';
import { FAMILIES, type ExampleMachine } from '../../../src/rules/rule.js';
import { diagnoseExample } from '../../rules/machine.js';
import { HEALTHY, ISSUE_8771, reportOn } from '../example-report.js';

test('one line of at most 256 bytes, whatever the names are', async () => {
  const report = await reportOn(ISSUE_8771);
  const [first] = report.findings;
  assert.ok(first !== undefined);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (message) => {
      const { text } = npdAnswer({ ...report, findings: [{ ...first, message }] }, []);
      assert.match(text, /^[^\n]+\n$/);
      assert.ok(Buffer.byteLength(text.trimEnd()) <= NPD_BYTES);
      assert.ok(text.startsWith('CG201: CRI-O will not start: '));
    }),
  );
});

test('the verdicts of the plugin protocol', async () => {
  assert.equal(npdAnswer(await reportOn(HEALTHY), []).verdict, 'ok');
  assert.equal(npdAnswer(await reportOn(ISSUE_8771), []).verdict, 'error');
  const stuck = await reportOn({ pools: { tank: 'SUSPENDED' } });
  assert.equal(stuck.verdict === 'error' || stuck.verdict === 'unknown', true);
  assert.equal(npdAnswer(stuck, []).verdict, stuck.verdict);
});

test('the point comes within the first 80 bytes: the code, and what it means for CRI-O', async () => {
  const machines: readonly [ExampleMachine, RegExp][] = [
    [HEALTHY, /^ok: CRI-O will start with driver zfs, new layers land in tank\/crio$/],
    [ISSUE_8771, /^CG201: CRI-O will not start: graphroot \/var\/lib\/crio is on ZFS/],
    [
      {
        datasets: [
          { name: 'tank', mountpoint: '/' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
      },
      /^CG401: new layers go to the wrong place: /,
    ],
    [{ pools: { tank: 'SUSPENDED' } }, /^CG307: /],
  ];
  for (const [machine, point] of machines) {
    const { text } = npdAnswer(await reportOn(machine), []);
    assert.match(cutBytes(text.trimEnd(), 80, ''), point);
  }
});

test('--only lets nothing else count', async () => {
  const bad = await reportOn(ISSUE_8771);
  assert.equal(npdAnswer(bad, ['CG2']).verdict, 'error');
  assert.equal(npdAnswer(bad, ['CG5', 'CG6']).verdict, 'ok');
});

test('what could not be looked at is the event of family 0 alone', async () => {
  const unread = { kind: 'timeout', question: 'run zfs list', detail: 'it did not end' } as const;
  const healthy = await reportOn(HEALTHY);
  const unknown = { ...healthy, prediction: { outcome: 'unknown', missing: [unread] } as const };
  const undecided = { ...healthy, unknown: [{ code: 'CG504', missing: ['no answer'] }] as const };
  for (const report of [unknown, undecided]) {
    for (const digit of Object.keys(FAMILIES)) {
      const { verdict, text } = npdAnswer(report, [`CG${digit}`]);
      assert.equal(verdict, digit === '0' ? 'unknown' : 'ok', digit);
      if (digit === '0') assert.match(text, /^unknown: .*(?:did not end|no answer)$/m);
    }
  }
});

const LINE =
  /^(?:# (?:HELP|TYPE) crio_guard_\S+ .+|crio_guard_[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})? [0-9.]+)$/;

test('the metrics hold whatever a name holds', async () => {
  const report = await reportOn(HEALTHY);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (dataset) => {
      const text = renderPrometheus({ ...report, prediction: { outcome: 'starts', driver: 'zfs', dataset } });
      assert.ok(text.endsWith('\n'));
      for (const line of text.trimEnd().split('\n')) assert.match(line, LINE);
    }),
  );
});

test('corrections that stand are counted, and not known is not none', async () => {
  const report = await reportOn(HEALTHY);
  const sample = (standing?: number): string | undefined =>
    /^crio_guard_corrections_standing (.*)$/m.exec(renderPrometheus(report, standing))?.[1];
  assert.equal(sample(2), '2');
  assert.equal(sample(), undefined);
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-ledger-'));
  const ledger = ledgerIn(directory);
  assert.equal(standingCorrections(ledger), 0);
  const entry = { id: 'a', code: 'CG201', time: 'x', status: 'applied', actions: [] } as const;
  writeEntries(ledger, [entry, { ...entry, id: 'b', status: 'reverted' }]);
  assert.equal(standingCorrections(ledger), 1);
  writeFileSync(ledger.path, 'broken');
  assert.equal(standingCorrections(ledger), undefined);
  rmSync(directory, { recursive: true });
});

test('one series for each finding, one verdict that holds', async () => {
  const lines = renderPrometheus(await reportOn(ISSUE_8771)).split('\n');
  assert.equal(lines.filter((line) => line.startsWith('crio_guard_finding{')).length, 1);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('crio_guard_verdict{') && line.endsWith(' 1')),
    ['crio_guard_verdict{verdict="error"} 1'],
  );
});

test('the options', () => {
  const npd = parseCommand(['--check', '--format=npd', '--only', 'CG5,CG6']);
  assert.ok(npd.kind === 'check');
  assert.equal(npd.options.format, 'npd');
  assert.deepEqual(npd.options.only, ['CG5', 'CG6']);
  const json = parseCommand(['--json']);
  assert.ok(json.kind === 'check' && json.options.format === 'json');
  for (const argv of [
    ['--format=xml'],
    ['--json', '--format=npd'],
    ['--only=CG5'],
    ['--fix', '--format=npd'],
  ]) {
    assert.equal(parseCommand(argv).kind, 'usage', argv.join(' '));
  }
});

/** The parts of the configurations that node-problem-detector insists on. */
interface Monitor {
  readonly plugin: string;
  readonly pluginConfig: Readonly<Record<string, unknown>>;
  readonly conditions: readonly { readonly type: string; readonly reason: string }[];
  readonly bufferSize?: number;
  readonly rules: readonly {
    readonly type: 'permanent' | 'temporary';
    readonly condition?: string;
    readonly reason: string;
    readonly path?: string;
    readonly args?: readonly string[];
    readonly timeout?: string;
    readonly pattern?: string;
  }[];
}

const DIRECTORY = 'packaging/node-problem-detector';

function monitor(name: string): Monitor {
  // The files are ours; what matters of their form is asserted below.
  return JSON.parse(readFileSync(`${DIRECTORY}/${name}`, 'utf8')) as Monitor;
}

/** Milliseconds. */
const SCRIPT_DEADLINE =
  Number(/timeout -s KILL (\d+) /.exec(readFileSync(`${DIRECTORY}/crio-guard-check`, 'utf8'))?.[1]) * 1000;

const seconds = (text: unknown): number => Number(/^(\d+)s$/.exec(String(text))?.[1]);

test('the custom plugins keep to the protocol', () => {
  for (const name of ['crio-guard-condition.json', 'crio-guard-events.json', 'crio-guard-daemonset.json']) {
    const { plugin, pluginConfig, conditions, rules } = monitor(name);
    assert.equal(plugin, 'custom');
    assert.equal(pluginConfig['max_output_length'], NPD_BYTES);
    // Two permanent rules of one condition would take turns in setting and clearing it.
    const permanent = rules.filter(({ type }) => type === 'permanent').map(({ condition }) => condition);
    assert.equal(new Set(permanent).size, permanent.length);
    assert.deepEqual(permanent, conditions.map(({ type }) => type)); // prettier-ignore
    for (const { path, args = [], timeout } of rules) {
      if (name.includes('daemonset')) continue;
      assert.equal(path, `/usr/share/crio-guard/node-problem-detector/crio-guard-check`);
      assert.equal(parseCommand(['--check', '--format=npd', ...args]).kind, 'check');
      assert.ok(seconds(timeout) <= seconds(pluginConfig['timeout']));
      assert.ok(seconds(timeout) * 1000 > SCRIPT_DEADLINE && SCRIPT_DEADLINE > NPD_DEADLINE);
    }
  }
});

/** The text of a record as the detector reads it from journald, once through logger's form. */
function messageIn(record: JournalRecord): string {
  const lines = encodeRecord(record).split('\n');
  return lines
    .flatMap((line) => (line.startsWith('MESSAGE=') ? [line.slice('MESSAGE='.length)] : []))
    .join('\n')
    .trim();
}

const logRules = monitor('crio-guard-journal.json').rules.map(({ reason, pattern = '' }) => ({
  reason,
  // Go reads (?s) inside the pattern, JavaScript as a flag; the detector adds the end of the text.
  pattern: new RegExp(`${pattern.replace('(?s)', '')}$`, 's'),
}));

const reasonsFor = (records: readonly JournalRecord[]): string[] =>
  records.flatMap((record) =>
    logRules.filter(({ pattern }) => pattern.test(messageIn(record))).map(({ reason }) => reason),
  );

const recordsOf = (report: Report, unchangedSince?: string): JournalRecord[] =>
  journalRecords({
    report,
    stopped: false,
    messageIdOf: () => undefined,
    ...(unchangedSince === undefined ? {} : { unchangedSince }),
  });

const FAMILY_REASONS: Readonly<Record<string, string>> = {
  '0': 'CrioGuardImpaired',
  '1': 'CrioConfigurationDoubtful',
  '2': 'CrioStorageRefused',
  '3': 'CrioStorageNotReadyAtBoot',
  '4': 'CrioLayersElsewhere',
  '5': 'CrioStorageHazard',
  '6': 'CrioStorageHazard',
};

test('between them the plugins hear of every family', () => {
  const only = monitor('crio-guard-events.json').rules.flatMap(({ args }) => {
    const command = parseCommand(['--format=npd', ...(args ?? [])]);
    return command.kind === 'check' ? command.options.only : [];
  });
  // What CRI-O refuses is an error, which the condition tells.
  const refusals = rules.filter(({ code }) => code.startsWith('CG2'));
  assert.ok(refusals.every(({ severity }) => severity === 'error'));
  assert.deepEqual(
    only.concat('CG2').sort(),
    Object.keys(FAMILIES).map((digit) => `CG${digit}`),
  );
});

test('the log monitor hears of every rule once, unless it is a note or ignored', async () => {
  const healthy = await reportOn(HEALTHY);
  for (const rule of rules) {
    for (const example of rule.examples.fail) {
      const answer = rule.check(await diagnoseExample(example));
      assert.ok(answer.kind === 'finding', rule.code);
      const finding = findingOf(rule, answer.data);
      const wanted = rule.severity === 'info' ? [] : [FAMILY_REASONS[rule.code.charAt(2)]];
      assert.deepEqual(reasonsFor(recordsOf({ ...healthy, findings: [finding] })), wanted, rule.code);
      const ignored = { ...healthy, findings: [{ ...finding, ignored: true }] };
      assert.deepEqual(reasonsFor(recordsOf(ignored)), [], rule.code);
    }
  }
});

test('and of what no rule says', async () => {
  const healthy = await reportOn(HEALTHY);
  const corrected = (state: CorrectionState): string[] =>
    reasonsFor(recordsOf({ ...healthy, correction: { state, code: 'CG201', actions: [], refusal: 'x' } }));
  assert.deepEqual(corrected('applied'), ['CrioStorageCorrected']);
  assert.deepEqual(corrected('undone'), ['CrioCorrectionFailed']);
  assert.deepEqual(corrected('failed'), ['CrioCorrectionFailed']);
  assert.deepEqual(corrected('refused'), []);
  assert.deepEqual(reasonsFor([guardFailedRecord('Error: x\n    at y')]), ['CrioGuardFailed']);
  assert.deepEqual(reasonsFor(recordsOf(healthy)), []);
  const unread = { kind: 'timeout', question: 'x', detail: 'y' } as const;
  const unsure = {
    ...healthy,
    verdict: 'unknown',
    prediction: { outcome: 'unknown', missing: [unread] },
  } as const;
  assert.deepEqual(reasonsFor(recordsOf(unsure)), ['CrioStorageUnknown']);
  assert.deepEqual(reasonsFor(recordsOf(unsure, '2026-01-01T00:00:00.000Z')), [], 'not every ten seconds');
});

test('the log monitor reads the records of crio-guard and no others', () => {
  const { plugin, pluginConfig, rules: patterns, bufferSize } = monitor('crio-guard-journal.json');
  assert.equal(plugin, 'journald');
  assert.equal(pluginConfig['source'], 'crio-guard');
  assert.equal(bufferSize, 1);
  // A message that looks like one in its second line alone is somebody's text.
  assert.deepEqual(reasonsFor([[['MESSAGE', 'ok: all is well\nCG201 error x: words']]]), []);
  assert.equal(new Set(patterns.map(({ pattern }) => pattern)).size, patterns.length);
});
