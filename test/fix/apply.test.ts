import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import type { Action, ApprovedPlan, Plan } from '../../src/fix/actions.js';
import { apply } from '../../src/fix/apply.js';
import { type Ledger } from '../../src/fix/ledger.js';
import { perform } from '../../src/fix/perform.js';
import { revertApplied, undoInterrupted } from '../../src/fix/revert.js';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { heldLock, writeEntries, ledgerIn } from './held-lock.js';

const host = new LinuxHost({ deadline: Deadline.in(60_000), environment: {}, userId: 0, program: '/' });
let root = '';
let ledger = ledgerIn('/nowhere');
const lock = heldLock();

beforeEach(() => {
  root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-apply-`);
  fs.mkdirSync(`${root}/etc`);
  ledger = ledgerIn(`${root}/state`);
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const actions = (): Action[] => [
  { kind: 'make-directory', path: `${root}/containers`, mode: 0o700 },
  { kind: 'make-directory', path: `${root}/etc/crio.conf.d`, mode: 0o755 },
  {
    kind: 'write-file',
    path: `${root}/etc/crio.conf.d/zz.conf`,
    content: 'x\n',
    mode: 0o644,
    previous: null,
  },
];

// Tests stand in for prove(), the only maker of approved plans.
const plan = (list = actions()): ApprovedPlan => {
  const made: Plan = {
    code: 'CG201',
    actions: list,
    expects: { kind: 'start', dataset: 'tank/crio', layers: [] },
  };
  return made as ApprovedPlan;
};

const names = (): string[] => fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
const request = (approved: ApprovedPlan, why?: string) => ({
  host,
  plan: approved,
  ledger,
  lock,
  id: 'one',
  time: new Date(0),
  verify: () => Promise.resolve(why),
});
const read = (): Ledger => {
  const answer = ledger.read();
  assert.ok(!('error' in answer));
  return answer;
};

test('applied, then reverted: every name is as it was', async () => {
  const before = names();
  assert.equal((await apply(request(plan()))).kind, 'applied');
  assert.equal(read().entries[0]?.status, 'applied');
  assert.equal(fs.readFileSync(`${root}/etc/crio.conf.d/zz.conf`, 'utf8'), 'x\n');
  const result = await revertApplied({ host, ledger, lock });
  assert.ok(result.kind === 'reverted');
  assert.deepEqual(result.entries[0]?.left, []);
  assert.equal(read().entries[0]?.status, 'reverted');
  assert.deepEqual(
    names().filter((name) => !name.startsWith('state')),
    before,
  );
});

test('not verified: taken back', async () => {
  const applied = await apply(request(plan(), 'not right'));
  assert.deepEqual(applied, { kind: 'undone', why: 'not right' });
  assert.equal(read().entries[0]?.status, 'undone');
  assert.ok(!fs.existsSync(`${root}/etc/crio.conf.d`) && !fs.existsSync(`${root}/containers`));
});

test('an action that fails takes back those before it, and not what was there already', async () => {
  fs.mkdirSync(`${root}/etc/crio.conf.d`);
  const applied = await apply(request(plan()));
  assert.equal(applied.kind, 'undone');
  assert.ok(fs.existsSync(`${root}/etc/crio.conf.d`));
  assert.ok(!fs.existsSync(`${root}/containers`));
});

test('no ledger, no correction', async () => {
  fs.writeFileSync(`${root}/state`, 'a file where the directory should be');
  const applied = await apply(request(plan()));
  assert.equal(applied.kind, 'undone');
  assert.ok(!fs.existsSync(`${root}/containers`));
});

test('a ledger that is not understood stops every correction and every undo', async () => {
  fs.mkdirSync(`${root}/state`);
  for (const text of ['', 'x', '{"version":2,"entries":[]}', '{"version":1,"entries":[{"id":"a"}]}']) {
    fs.writeFileSync(ledger.path, text);
    assert.equal((await apply(request(plan()))).kind, 'undone');
    assert.equal((await revertApplied({ host, ledger, lock })).kind, 'failed');
  }
});

test('cut off at any point: the next run finishes undoing', async () => {
  const before = names();
  for (let done = 0; done <= actions().length; done += 1) {
    const entry = { id: 'cut', code: 'CG201', time: '', status: 'begun', actions: actions() } as const;
    writeEntries(ledger, [entry]);
    for (const action of actions().slice(0, done)) assert.equal((await perform(host, action)).kind, 'done');
    const result = await undoInterrupted({ host, ledger, lock });
    assert.ok(result.kind === 'reverted');
    assert.equal(read().entries[0]?.status, 'undone');
    assert.deepEqual(
      names().filter((name) => !name.startsWith('state')),
      before,
      `after ${done} actions`,
    );
  }
});

test('revert leaves what came to be used since, and says so', async () => {
  await apply(request(plan()));
  fs.writeFileSync(`${root}/containers/storage.lock`, '');
  const result = await revertApplied({ host, ledger, lock });
  assert.ok(result.kind === 'reverted');
  assert.equal(result.entries[0]?.left.length, 1);
  assert.ok(fs.existsSync(`${root}/containers/storage.lock`));
  assert.ok(!fs.existsSync(`${root}/etc/crio.conf.d`));
});
