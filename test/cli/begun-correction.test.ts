import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { runFix } from '../../src/cli/check.js';
import { runPrestart } from './run-prestart.js';
import { runRevert } from '../../src/cli/revert.js';
import type { Session } from '../../src/cli/session.js';
import type { GuardConfiguration } from '../../src/config/guard-configuration.js';
import type { OwnState } from '../../src/fix/begin-change.js';
import { type LedgerEntry } from '../../src/fix/ledger.js';
import { LockFile, type ChangeLock } from '../../src/fix/lock.js';
import { Deadline } from '../../src/host/deadline.js';
import type { Host } from '../../src/host/host.js';
import type { Report } from '../../src/report/report.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { unknown } from '../../src/host/probe.js';
import { CHECK } from '../fix/correct.js';
import { writeEntries, ledgerIn } from '../fix/held-lock.js';
import { machineHost } from '../rules/machine.js';

const REVERT = {
  json: false,
  how: { kind: 'revert', id: undefined, dryRun: false, force: false },
  check: CHECK,
} as const;
const owner = process.getuid?.() ?? 0;
const HEALTHY: ExampleMachine = { files: { '/usr/bin/flock': '' } };
const BROKEN: ExampleMachine = { ...HEALTHY, graphroot: '/var/lib/crio' };

let root = '';
let own: OwnState;
beforeEach(() => {
  root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-begun-`);
  own = { ledger: ledgerIn(`${root}/state`), lock: new LockFile(`${root}/run`, owner) };
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** A correction of which the first of two directories was made. */
function cutOff(status: LedgerEntry['status'] = 'begun'): LedgerEntry {
  fs.mkdirSync(`${root}/made`);
  const make = (name: string) => ({ kind: 'make-directory', path: `${root}/${name}`, mode: 0o700 }) as const;
  const entry = {
    id: 'cut',
    code: 'CG201',
    time: '',
    status,
    actions: [make('made'), make('next')],
  } as const;
  writeEntries(own.ledger, [entry]);
  return entry;
}

const statuses = (): readonly string[] => {
  const read = own.ledger.read();
  return 'error' in read ? [read.error] : read.entries.map(({ id, status }) => `${id} ${status}`);
};

function session(machine: ExampleMachine, change: Partial<GuardConfiguration> = {}) {
  const printed: string[] = [];
  const host: Host = machineHost(machine);
  const result: Session = {
    host,
    deadline: Deadline.in(2000),
    configuration: { ...CHECK.configuration, deadline: 2, ...change },
    style: () => ({ color: false, columns: 80 }) as unknown as ReturnType<Session['style']>,
    elapsed: () => 0,
    now: () => new Date(0),
    print: (text) => void printed.push(text),
    warn: (text) => void printed.push(text),
  };
  return { session: result, printed };
}

async function prestart(machine: ExampleMachine, change: Partial<GuardConfiguration> = {}) {
  const result = await runPrestart(session(machine, change).session, own);
  result.lock?.release();
  return result;
}

const codes = ({ findings }: Report): readonly string[] => findings.map(({ code }) => code);

async function held(): Promise<ChangeLock> {
  const taken = await own.lock.take(machineHost(HEALTHY), 0);
  assert.ok(taken.kind === 'held', JSON.stringify(taken));
  return taken.lock;
}

test('a start undoes what was cut off, and says so', async () => {
  cutOff();
  const { report, stop } = await prestart(HEALTHY);
  assert.equal(stop, false);
  assert.ok(codes(report).includes('CG008'));
  assert.deepEqual(statuses(), ['cut undone']);
  assert.ok(!fs.existsSync(`${root}/made`));
});

test('--revert and --fix undo what was cut off', async () => {
  const fix = { dryRun: false, json: true, keep: () => Promise.resolve() };
  const runs: readonly ((given: Session) => Promise<number>)[] = [
    (given) => runRevert(given, own, { ...REVERT, json: true }),
    (given) => runFix(given, own, CHECK, fix),
  ];
  for (const run of runs) {
    cutOff();
    assert.equal(await run(session(HEALTHY).session), 0);
    assert.deepEqual(statuses(), ['cut undone']);
    assert.ok(!fs.existsSync(`${root}/made`));
  }
});

test('a run that changes something removes what a killed run has left beside the ledger', async () => {
  cutOff('undone');
  const left = `${root}/state/.crio-guard.crio-version.json.abc.tmp`;
  fs.writeFileSync(left, '');
  fs.utimesSync(left, 0, 0);
  await runRevert(session(HEALTHY).session, own, REVERT);
  assert.deepEqual(fs.readdirSync(`${root}/state`), ['ledger.json']);
});

test('--fix --dry-run leaves what was cut off as it is', async () => {
  cutOff();
  await runFix(session(HEALTHY).session, own, CHECK, {
    dryRun: true,
    json: true,
    keep: () => Promise.resolve(),
  });
  assert.deepEqual(statuses(), ['cut begun']);
  assert.ok(fs.existsSync(`${root}/made`));
});

test('a start leaves a correction alone that another run is making', async () => {
  const entry = cutOff();
  const lock = await held();
  const waiting = prestart(HEALTHY);
  setTimeout(() => {
    assert.equal(own.ledger.record({ ...entry, status: 'applied' }, lock), undefined);
    lock.release();
  }, 200);
  const { report } = await waiting;
  assert.deepEqual(statuses(), ['cut applied']);
  assert.ok(fs.existsSync(`${root}/made`));
  assert.deepEqual(codes(report), []);
});

test('a start that cannot get the lock changes nothing, and decides by its check', async () => {
  cutOff();
  const lock = await held();
  const healthy = await prestart(HEALTHY);
  assert.equal(healthy.stop, false);
  assert.deepEqual(codes(healthy.report), ['CG008']);
  const broken = await prestart(BROKEN);
  assert.equal(broken.stop, true);
  assert.equal(broken.report.correction.state, 'refused');
  assert.deepEqual(statuses(), ['cut begun']);
  lock.release();
});

test('--revert says that it could not get the lock', async () => {
  cutOff('applied');
  const lock = await held();
  const { session: given, printed } = session(HEALTHY);
  assert.equal(await runRevert(given, own, REVERT), 1);
  assert.match(printed.join(''), /another run of crio-guard/);
  assert.deepEqual(statuses(), ['cut applied']);
  lock.release();
});

test('--revert does not take a ledger that cannot be read for an empty one', async () => {
  cutOff('applied');
  const { session: given, printed } = session(HEALTHY);
  const { why } = unknown('not-asked', 'read the ledger', 'its file system should be mounted');
  const unread = { ...own, ledger: own.ledger.without(why) };
  assert.equal(await runRevert(given, unread, REVERT), 2);
  assert.match(printed.join(''), /should be mounted/);
  assert.doesNotMatch(printed.join(''), /nothing to revert/);
});

test('a healthy start takes no lock and makes no file', async () => {
  const { lock } = await prestart(HEALTHY);
  assert.equal(lock, undefined);
  assert.deepEqual(fs.readdirSync(root), []);
});

test('a start is stopped by what a second look proves, too', async () => {
  const uncorrected = { corrections: [] };
  const changed = await runPrestart(session(HEALTHY, uncorrected).session, own, machineHost(BROKEN));
  changed.lock?.release();
  assert.deepEqual([changed.stop, codes(changed.report)], [false, []]);
  assert.equal((await prestart(BROKEN, uncorrected)).stop, true);
});

test('a node that only checks, or with a mistake in the configuration, changes nothing', async () => {
  cutOff();
  for (const change of [{ mode: 'check' }, { problems: ['a mistake'] }] as const) {
    const { lock } = await prestart(BROKEN, change);
    assert.equal(lock, undefined);
    assert.deepEqual(statuses(), ['cut begun']);
  }
  assert.equal((await prestart(BROKEN, { mode: 'check' })).stop, false);
  assert.equal((await prestart(BROKEN, { problems: ['a mistake'] })).stop, true);
  const { session: given, printed } = session(BROKEN, { problems: ['a mistake'] });
  await runFix(given, own, CHECK, { dryRun: false, json: true, keep: () => Promise.resolve() });
  assert.match(printed.join(''), /nothing is corrected: .*a mistake/);
  assert.deepEqual(statuses(), ['cut begun']);
});
