import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { EXIT } from '../../src/cli/exit-code.js';
import { limitByStart } from '../../src/cli/limit-by-start.js';
import { runPrestart } from './run-prestart.js';
import { runRecord } from '../../src/cli/record.js';
import type { ProcessContext } from '../../src/cli/session.js';
import { start } from '../../src/cli/start.js';
import { checkHost } from '../../src/check/check-host.js';
import { LedgerFile } from '../../src/fix/ledger.js';
import { LockFile } from '../../src/fix/lock.js';
import { Deadline } from '../../src/host/deadline.js';
import type { Host } from '../../src/host/host.js';
import { openRecordedHost } from '../../src/host/recorded/recorded-host.js';
import { publish } from '../../src/report/publish.js';
import { ReportFiles } from '../../src/report/report-file.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { rules } from '../../src/rules/index.js';
import { CHECK } from '../fix/correct.js';
import { machineHost } from '../rules/machine.js';
import { sessionOn } from './session.js';

const STORAGE_CONF = '/etc/containers/storage.conf';
/** CRI-O refuses this file, and no correction exists. */
const REFUSED: ExampleMachine = { files: { [STORAGE_CONF]: '[storage]\ndriver = zfs\n' } };
const WITHOUT_ZFS: ExampleMachine = {
  driver: 'overlay',
  module: null,
  command: false,
  datasets: [],
  pools: {},
};

const owner = process.getuid?.() ?? 0;
let root = '';
beforeEach(() => {
  root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-pre-start-`);
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const own = () => ({ ledger: new LedgerFile(`${root}/state`), lock: new LockFile(`${root}/run`, owner) });

/** The process of a pre-start on a host. */
function processOn(host: Host) {
  const printed: string[] = [];
  const warned: string[] = [];
  const context: ProcessContext = {
    environment: { PATH: '' },
    host: () => host,
    columns: () => undefined,
    isErrorTerminal: () => false,
    isInteractive: () => false,
    ask: () => Promise.resolve(''),
    elapsed: () => 0,
    now: () => new Date(0),
    runDirectory: `${root}/reports`,
    killAfter: () => Promise.resolve(),
    print: (text) => void printed.push(text),
    warn: (text) => void warned.push(text),
  };
  return { context, printed, warned };
}

/** What a container sees of the last start. */
const condition = (): string => fs.readFileSync(`${root}/reports/condition`, 'utf8');

const prestart = (context: ProcessContext): Promise<number> =>
  start(false, context, () => import('../../src/program.js'));

test('mode off: one warning, CRI-O starts', async () => {
  const { context, printed, warned } = processOn(
    machineHost({ ...REFUSED, environment: { CRIO_GUARD_MODE: 'off' } }),
  );
  assert.equal(await prestart(context), EXIT.ok);
  assert.deepEqual(printed, []);
  assert.equal(warned.join(''), '<4>crio-guard: mode is "off": CRI-O starts unchecked\n');
  assert.match(condition(), /^verdict=unknown$[^]*^message=unknown: mode is "off": CRI-O starts unchecked$/m);
});

test('a host that ZFS does not concern: silence, and no program is run', async () => {
  const host = machineHost(WITHOUT_ZFS);
  const { context, printed, warned } = processOn(host);
  assert.equal(await prestart(context), EXIT.ok);
  assert.deepEqual([...printed, ...warned], []);
  assert.deepEqual(host.ran, []);
});

test('where crio.service limits its start, the run ends in half of that time', async () => {
  const context = { elapsed: () => 1000 };
  const unit = { '/usr/lib/systemd/system/crio.service': '[Service]\nTimeoutStartSec=20\n' };
  const deadline = Deadline.in(60_000);
  assert.equal(await limitByStart({ deadline }, context, machineHost({ files: unit })), 10_000);
  assert.ok(deadline.remaining() <= 5000);
  assert.equal(await limitByStart({ deadline }, context, machineHost({})), Infinity);
});

test('and is killed when it does not', async () => {
  const unit = { '/usr/lib/systemd/system/crio.service': '[Service]\nTimeoutStartSec=20\n' };
  for (const [files, limits] of [
    [unit, [9000]],
    [{}, []],
  ] as const) {
    const given: number[] = [];
    const { context } = processOn(machineHost({ files }));
    const killAfter = (milliseconds: number): Promise<void> => Promise.resolve(void given.push(milliseconds));
    await prestart({ ...context, elapsed: () => 1000, killAfter });
    assert.deepEqual(given, limits);
  }
});

test('an internal error: one error line, and CRI-O starts', async () => {
  const host = machineHost({});
  host.stat = () => Promise.reject(new TypeError('x is undefined'));
  host.readFile = () => Promise.reject(new TypeError('x is undefined'));
  const { context, printed, warned } = processOn(host);
  assert.equal(await prestart(context), EXIT.ok);
  assert.deepEqual(printed, []);
  const lines = warned.join('').trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^<3>.*crio-guard itself failed.*x is undefined/);
  assert.ok(lines.every((line) => line.startsWith('<3>')));
  // The boot could not be read either; the condition of an earlier start must not stay.
  assert.match(condition(), /^verdict=unknown$[^]*itself failed[^]*^boot=$/m);
});

test('an exact error stops the start, and its report says so', async () => {
  const { session } = sessionOn(machineHost(REFUSED));
  const { stop, report } = await runPrestart(session, own());
  assert.equal(stop, true);
  assert.equal(report.verdict, 'error');
});

test('with mode check nothing stops a start', async () => {
  const configuration = { ...CHECK.configuration, mode: 'check' } as const;
  const { session } = sessionOn(machineHost(REFUSED), { configuration });
  const { stop, report } = await runPrestart(session, own());
  assert.equal(stop, false);
  assert.equal(report.verdict, 'error');
});

test('a healthy start writes nothing, and takes no lock', async () => {
  const { session } = sessionOn(machineHost({}));
  const { stop, report, lock } = await runPrestart(session, own());
  assert.equal(stop, false);
  assert.equal(report.verdict, 'ok');
  assert.equal(lock, undefined);
  assert.deepEqual(fs.readdirSync(root), []);
});

test('a ledger that cannot be read keeps no CRI-O from starting, and nothing is corrected', async () => {
  fs.mkdirSync(`${root}/state`);
  fs.writeFileSync(`${root}/state/ledger.json`, '{"version":1');
  const { session } = sessionOn(machineHost({}));
  const { stop, report } = await runPrestart(session, own());
  assert.equal(stop, false);
  assert.notEqual(report.correction.state, 'applied');
  assert.equal(fs.readFileSync(`${root}/state/ledger.json`, 'utf8'), '{"version":1');
});

/** Publishes the report of a machine, without a journal. */
async function published(machine: ExampleMachine, directory: string, time = 0) {
  const host = machineHost(machine);
  const { session, warned } = sessionOn(host);
  const { report, stop } = await runPrestart(session, own());
  const wrong = await publish({
    report,
    stopped: stop,
    rules,
    host,
    path: '',
    now: new Date(time),
    files: new ReportFiles(directory, owner),
    warn: (text) => void warned.push(text),
  });
  return { wrong, lines: warned.join('').trimEnd().split('\n') };
}

/** Every file below the directory with its size. */
function sizesBelow(directory: string): ReadonlyMap<string, number> {
  const paths = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return new Map(paths.map((path) => [path, fs.statSync(`${directory}/${path}`).size]));
}

for (const [name, machine] of Object.entries({ healthy: {}, refused: REFUSED })) {
  test(`sixty starts of a ${name} node leave nothing that grows`, async () => {
    // The time is written in full, so its digits do not change the sizes.
    const start = (number: number) => published(machine, `${root}/published`, Date.UTC(2026, 0, 1, number));
    for (let number = 0; number < 3; number += 1) await start(number);
    const before = sizesBelow(root);
    assert.notEqual(before.size, 0);
    for (let number = 3; number < 60; number += 1) await start(number);
    assert.deepEqual(sizesBelow(root), before);
  });
}

test('in a restart loop the same report is one line, and in full again after an hour', async () => {
  const directory = `${root}/published`;
  const first = await published(REFUSED, directory, 0);
  const second = await published(REFUSED, directory, 10_000);
  const later = await published(REFUSED, directory, 3_700_000);
  assert.equal(first.wrong, undefined);
  assert.ok(first.lines.length > 1);
  assert.equal(second.lines.length, 1);
  assert.equal(later.lines.length, first.lines.length);
  const report = JSON.parse(fs.readFileSync(`${directory}/report.json`, 'utf8')) as { verdict: string };
  assert.equal(report.verdict, 'error');
});

test('a change in a restart loop is written in full', async () => {
  const directory = `${root}/published`;
  await published(REFUSED, directory, 0);
  const { lines } = await published({ graphroot: '/srv', driver: 'nosuch' }, directory, 10_000);
  assert.ok(lines.length > 1);
});

test('a report that cannot be kept is written to the journal all the same', async () => {
  fs.writeFileSync(`${root}/file`, '');
  fs.mkdirSync(`${root}/open`, { mode: 0o777 });
  fs.chmodSync(`${root}/open`, 0o777);
  for (const directory of [`${root}/file`, `${root}/file/below`, `${root}/open`]) {
    const { wrong, lines } = await published(REFUSED, directory);
    assert.notEqual(wrong, undefined, directory);
    assert.ok(lines.length > 1);
  }
});

/** Records a machine. */
async function recorded(machine: ExampleMachine, write: (text: string) => string | undefined) {
  const { session, printed, warned } = sessionOn(machineHost(machine));
  const code = await runRecord(session, { ...CHECK, inherited: false }, write);
  return { code, printed, warned };
}

test('a recording holds every answer that the same check needs', async () => {
  for (const machine of [{}, REFUSED, { graphroot: '/var/lib/crio' }] satisfies ExampleMachine[]) {
    let text = '';
    const { code, printed } = await recorded(machine, (written) => void (text = written));
    assert.equal(code, EXIT.ok);
    assert.match(printed.join(''), /^recorded \d+ answers of this host\n$/);
    const host = openRecordedHost(text);
    assert.ok(!('error' in host));
    const check = { ...CHECK, inherited: false };
    const [live, replayed] = [await checkHost(machineHost(machine), check), await checkHost(host, check)];
    assert.equal(replayed.verdict, live.verdict);
    assert.deepEqual(replayed.diagnosis.prediction, live.diagnosis.prediction);
  }
});

test('a recording that cannot be written is unknown, and says why', async () => {
  const { code, warned } = await recorded({}, () => 'disk full');
  assert.equal(code, EXIT.unknown);
  assert.match(warned.join(''), /^crio-guard: .*disk full\n$/);
});
