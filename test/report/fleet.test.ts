import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCommand } from '../../src/cli/command.js';
import { NPD_BYTES, npdAnswer } from '../../src/report/npd.js';
import { renderPrometheus } from '../../src/report/prometheus.js';
import { HEALTHY, ISSUE_8771, reportOn } from './example-report.js';

test('one line of at most 80 bytes, whatever the names are', async () => {
  const report = await reportOn(ISSUE_8771);
  const [first] = report.findings;
  assert.ok(first !== undefined);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (message) => {
      const { text } = npdAnswer({ ...report, findings: [{ ...first, message }] }, []);
      assert.match(text, /^[^\n]+\n$/);
      assert.ok(Buffer.byteLength(text.trimEnd()) <= NPD_BYTES);
      assert.ok(text.startsWith('CG201 '));
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

test('--only lets nothing else count', async () => {
  const bad = await reportOn(ISSUE_8771);
  assert.equal(npdAnswer(bad, ['CG2']).verdict, 'error');
  assert.equal(npdAnswer(bad, ['CG5', 'CG6']).verdict, 'ok');
  const unread = { kind: 'timeout', question: 'x', detail: 'y' } as const;
  const unsure = { ...bad, prediction: { outcome: 'unknown', missing: [unread] } as const };
  assert.equal(npdAnswer(unsure, ['CG5']).verdict, 'unknown');
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
  assert.equal(npd.looking.format, 'npd');
  assert.deepEqual(npd.looking.only, ['CG5', 'CG6']);
  const json = parseCommand(['--json']);
  assert.ok(json.kind === 'check' && json.looking.format === 'json');
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

const seconds = (text: unknown): number => Number(/^(\d+)s$/.exec(String(text))?.[1]);

test('the custom plugins keep to the protocol', () => {
  for (const name of ['crio-guard-condition.json', 'crio-guard-events.json']) {
    const { plugin, pluginConfig, conditions, rules } = monitor(name);
    assert.equal(plugin, 'custom');
    assert.equal(pluginConfig['max_output_length'], NPD_BYTES);
    // Two permanent rules of one condition would take turns in setting and clearing it.
    const permanent = rules.filter(({ type }) => type === 'permanent').map(({ condition }) => condition);
    assert.equal(new Set(permanent).size, permanent.length);
    assert.deepEqual(permanent, conditions.map(({ type }) => type)); // prettier-ignore
    for (const { path, args, timeout } of rules) {
      assert.equal(path, '/usr/bin/crio-guard');
      const command = parseCommand(args ?? []);
      assert.ok(command.kind === 'check' && command.looking.format === 'npd');
      assert.ok(seconds(timeout) <= seconds(pluginConfig['timeout']));
    }
  }
});

test('the log monitor matches the records and nothing after them', () => {
  const { plugin, pluginConfig, rules, bufferSize } = monitor('crio-guard-journal.json');
  assert.equal(plugin, 'journald');
  assert.equal(pluginConfig['source'], 'crio-guard');
  assert.equal(bufferSize, 1);
  const reasonsFor = (message: string): string[] =>
    rules
      // Go reads (?s) inside the pattern, JavaScript as a flag; the detector adds the end of the text.
      .filter(({ pattern }) => new RegExp(`${(pattern ?? '').replace('(?s)', '')}$`, 's').test(message))
      .map(({ reason }) => reason);
  assert.deepEqual(reasonsFor('CG201 error graphroot-is-mountpoint: words\n  more'), ['CrioStorageRefused']);
  assert.deepEqual(reasonsFor('CG401 error x: words'), ['CrioLayersElsewhere']);
  assert.deepEqual(reasonsFor('CG504 warning x: words'), ['CrioStorageHazard']);
  assert.deepEqual(reasonsFor('CG504 ignored x: words'), []);
  assert.deepEqual(reasonsFor('corrected CG201 (x):\n  write y'), ['CrioStorageCorrected']);
  assert.deepEqual(reasonsFor('ok: CRI-O will start with driver zfs'), []);
  assert.ok(existsSync(DIRECTORY));
});
