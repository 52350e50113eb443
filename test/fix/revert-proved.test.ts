import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { runRevert } from '../../src/cli/revert.js';
import type { RevertHow } from '../../src/cli/argv.js';
import type { Action } from '../../src/fix/actions.js';
import type { LedgerEntry } from '../../src/fix/ledger.js';
import { LockFile } from '../../src/fix/lock.js';
import { planRevert } from '../../src/fix/plan-revert.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { sessionOn } from '../cli/session.js';
import { ETC } from '../config/resolve.js';
import { ChangingHost } from './changing-host.js';
import { CHECK } from './correct.js';
import { ledgerIn, writeEntries } from './held-lock.js';
import { service, SYSTEMD } from './service.js';

const STORAGE = (root: string): string =>
  `[storage]\ndriver = "zfs"\ngraphroot = "${root}"\nrunroot = "/run/c"\n`;
const check = { ...CHECK, inherited: false };

/** A name that does not exist on the machine that runs this: an undo there has nothing to do. */
const DROP_IN = '/etc/crio/crio.conf.d/zz-crio-guard-of-a-test.conf';
const write: Extract<Action, { kind: 'write-file' }> = {
  kind: 'write-file',
  path: DROP_IN,
  content: '[crio]\nroot = "/var/lib/crio/containers"\n',
  mode: 0o644,
  previous: null,
};

let directory = '';
beforeEach(() => (directory = mkdtempSync(`${tmpdir()}/crio-guard-revert-`)));
afterEach(() => rmSync(directory, { recursive: true }));

const entryOf = (id: string, ...actions: readonly Action[]): LedgerEntry => ({
  id,
  code: 'CG201',
  time: 'then',
  status: 'applied',
  actions,
});

/** A machine on which the drop-in stands. */
function corrected(graphroot: string, files: ExampleMachine['files'] = {}, more: ExampleMachine = {}) {
  const all = {
    ...SYSTEMD,
    '/usr/bin/flock': '',
    [ETC]: STORAGE(graphroot),
    [DROP_IN]: write.content,
    ...files,
  };
  return new ChangingHost({ ...more, files: all }, service(['/etc/default/crio']));
}

const IMAGES = {
  '/var/lib/crio/containers/zfs-images/images.json': JSON.stringify([
    { id: 'a'.repeat(64), names: ['quay.io/one:1'] },
    { id: 'b'.repeat(64) },
  ]),
};

describe('planRevert', () => {
  test('CRI-O fails without the correction: worse, in the words of CRI-O', async () => {
    const { afterwards, worse, unseen } = await planRevert(corrected('/var/lib/crio'), check, [
      entryOf('a', write),
    ]);
    assert.equal(afterwards?.outcome, 'fails');
    assert.match(worse ?? '', /^CRI-O would fail: no zfs dataset found/);
    assert.deepEqual(unseen, []);
  });

  test('images stored since are named when they would no longer be seen', async () => {
    const { afterwards, worse, unseen } = await planRevert(corrected('/var/lib/crio/other', IMAGES), check, [
      entryOf('a', write),
    ]);
    assert.equal(afterwards?.outcome, 'starts');
    assert.deepEqual(unseen, ['quay.io/one:1', 'b'.repeat(64)]);
    assert.match(worse ?? '', /^2 images would no longer be seen: quay\.io\/one:1, b+$/);
  });

  test('a correction whose cause is gone is no worse', async () => {
    const plan = await planRevert(corrected('/var/lib/crio/containers', IMAGES), check, [
      entryOf('a', write),
    ]);
    assert.equal(plan.afterwards?.outcome, 'starts');
    assert.equal(plan.worse, undefined);
    assert.deepEqual(plan.unseen, []);
  });

  test('a file that was changed since stays, and so does what it does', async () => {
    const edited = corrected('/var/lib/crio', { [DROP_IN]: `${write.content}# mine\n` });
    assert.equal((await planRevert(edited, check, [entryOf('a', write)])).worse, undefined);
  });

  test('several corrections of one file are undone to what stood before the first', async () => {
    const first = { ...write, content: '[crio]\nroot = "/var/lib/crio/first"\n' };
    const second = { ...write, previous: first.content };
    const plan = await planRevert(corrected('/var/lib/crio/containers'), check, [
      entryOf('a', first),
      entryOf('b', second),
    ]);
    assert.deepEqual(plan.entries.map(({ id }) => id), ['b', 'a']); // prettier-ignore
    assert.equal(plan.worse, undefined);
    const one = await planRevert(corrected('/var/lib/crio/containers', IMAGES), check, [
      entryOf('b', second),
    ]);
    assert.equal(one.unseen.length, 2);
  });

  test('a mount that CRI-O may need is worse, as long as CRI-O starts', async () => {
    const mount: Action = { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/var/lib/crio' };
    const starting = corrected('/var/lib/crio/containers');
    const plan = await planRevert(starting, check, [entryOf('a', mount)]);
    assert.equal(plan.afterwards, undefined);
    assert.match(plan.worse ?? '', /unknown as long as tank\/crio is mounted/);
    const failing = new ChangingHost(
      { files: { ...SYSTEMD, [ETC]: STORAGE('/var/lib/crio') } },
      service(['/etc/default/crio']),
    );
    assert.equal((await planRevert(failing, check, [entryOf('a', mount)])).worse, undefined);
  });
});

/** Runs `--revert` on a machine with two corrections, of which the first is needed. */
async function reverted(how: Partial<Extract<RevertHow, { kind: 'revert' }>> | { readonly kind: 'list' }) {
  const ledger = ledgerIn(`${directory}/state`);
  const other: Action = { kind: 'make-directory', path: '/nonexistent/of-a-test', mode: 0o700 };
  writeEntries(ledger, [entryOf('a', write), entryOf('b', other)]);
  const { session, printed, warned } = sessionOn(corrected('/var/lib/crio'));
  const own = { ledger, lock: new LockFile(`${directory}/run`, process.getuid?.() ?? 0) };
  const code = await runRevert(session, own, {
    json: false,
    check,
    how: 'kind' in how && how.kind === 'list' ? how : { kind: 'revert', id: undefined, dryRun: false, force: false, ...how }, // prettier-ignore
  });
  const read = ledger.read();
  assert.ok(!('error' in read));
  const statuses = read.entries.map(({ id, status }) => `${id} ${status}`);
  return { code, statuses, text: printed.join(''), warned: warned.join('') };
}

describe('--revert', () => {
  test('is refused with the reason where CRI-O ends worse, and nothing is changed', async () => {
    const { code, statuses, text } = await reverted({});
    assert.equal(code, 1);
    assert.deepEqual(statuses, ['a applied', 'b applied']);
    assert.match(text, /Nothing was reverted: CRI-O would fail/);
  });

  test('is carried out with --force, and says what CRI-O will do', async () => {
    const { code, statuses, text } = await reverted({ force: true });
    assert.equal(code, 0);
    assert.deepEqual(statuses.sort(), ['a reverted', 'b reverted']);
    assert.match(text, /Now CRI-O will not start: no zfs dataset/);
  });

  test('takes the newest, or one by its ID', async () => {
    for (const id of ['newest', 'b']) {
      const { code, statuses } = await reverted({ id });
      assert.equal(code, 0);
      assert.deepEqual(statuses.sort(), ['a applied', 'b reverted']);
    }
    const { code, warned } = await reverted({ id: 'c' });
    assert.equal(code, 1);
    assert.match(warned, /no correction that stands has the ID c/);
  });

  test('lists what stands, and plans, without changing anything', async () => {
    const list = await reverted({ kind: 'list' });
    assert.equal(list.code, 0);
    assert.deepEqual(list.text.match(/^\w+(?=: the correction of CG201)/gm), ['b', 'a']);
    const plan = await reverted({ dryRun: true });
    assert.equal(plan.code, 0);
    assert.match(plan.text, /Then CRI-O will not start/);
    for (const { statuses } of [list, plan]) assert.deepEqual(statuses, ['a applied', 'b applied']);
  });
});
