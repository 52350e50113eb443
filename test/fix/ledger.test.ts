import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import type { Action } from '../../src/fix/actions.js';
import { isGoneWithReboot, withEntry, type Ledger, type LedgerEntry } from '../../src/fix/ledger.js';
import { revertApplied } from '../../src/fix/revert.js';
import { ChangingHost } from './changing-host.js';
import { heldLock, writeEntries, ledgerIn } from './held-lock.js';

const mount: Action = { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/var/lib/crio' };
const file = (path: string): Action => ({
  kind: 'write-file',
  path,
  content: 'a',
  mode: 0o644,
  previous: null,
});
const entry = (id: string, change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id,
  code: 'CG301',
  time: '',
  status: 'applied',
  actions: [mount],
  boot: 'one',
  ...change,
});
const ids = (...entries: readonly LedgerEntry[]): string[] =>
  entries.reduce<Ledger>(withEntry, { version: 1, entries: [], unreadable: [] }).entries.map(({ id }) => id);

test('what is corrected anew after each reboot does not pile up', () => {
  assert.deepEqual(ids(entry('a'), entry('b', { status: 'begun' })), ['a', 'b']);
  assert.deepEqual(ids(entry('a'), entry('b', { status: 'begun' }), entry('b')), ['b']);
  assert.deepEqual(ids(entry('a'), entry('b', { actions: [file('/etc/x')] })), ['a', 'b']);
  assert.deepEqual(ids(entry('a', { status: 'reverted' }), entry('b')), ['a', 'b']);
});

test('mounts, keys, modules and files of /run end with their boot, files of /etc do not', () => {
  const load: readonly Action[] = [
    { kind: 'load-module', module: 'zfs' },
    { kind: 'load-key', dataset: 'tank', keyFile: '/k' },
    mount,
    file(GUARD_ENVIRONMENT_FILE),
  ];
  assert.equal(isGoneWithReboot(entry('a', { actions: load }), 'two'), true);
  assert.equal(isGoneWithReboot(entry('a', { actions: load }), 'one'), false);
  assert.equal(isGoneWithReboot(entry('a', { actions: load }), undefined), false);
  assert.equal(isGoneWithReboot(entry('a', { actions: [mount, file('/etc/x')] }), 'two'), false);
});

test('a mount that the boot has made by itself is not taken for ours', async () => {
  const directory = mkdtempSync(`${tmpdir()}/crio-guard-ledger-`);
  try {
    for (const [boot, ran] of [
      ['one', ['zfs unmount tank/crio']],
      ['two', []],
    ] as const) {
      const ledger = ledgerIn(directory);
      writeEntries(ledger, [entry('a')]);
      const files = { '/proc/sys/kernel/random/boot_id': `${boot}\n` };
      const host = new ChangingHost({ files }, [{ command: 'zfs unmount' }]);
      assert.equal((await revertApplied({ host, ledger, lock: heldLock() })).kind, 'reverted');
      assert.deepEqual(host.ran, ran);
      assert.match(readFileSync(ledger.path, 'utf8'), /"reverted"/);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
