import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import type { Action } from '../../src/fix/actions.js';
import { revertUnneeded } from '../../src/fix/revert-unneeded.js';
import { asUnitSettings } from '../../src/fix/run-environment.js';
import type { Host } from '../../src/host/host.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { ETC } from '../config/resolve.js';
import { ChangingHost } from './changing-host.js';
import { CHECK } from './correct.js';
import { heldLock, ledgerIn, writeEntries } from './held-lock.js';
import { service, SYSTEMD } from './service.js';

const ROOT = (path: string): string => `[crio]\nroot = "${path}"\n`;
const MOUNTPOINT = '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/run/c"\n';
const BELOW = MOUNTPOINT.replace('/var/lib/crio', '/var/lib/crio/containers');

let directory = '';
beforeEach(() => (directory = mkdtempSync(`${tmpdir()}/crio-guard-unneeded-`)));
afterEach(() => rmSync(directory, { recursive: true }));

/** A name that does not exist on the machine that runs this: an undo there has nothing to do. */
const DROP_IN = '/etc/crio/crio.conf.d/zz-crio-guard-of-a-test.conf';
const write: Extract<Action, { kind: 'write-file' }> = {
  kind: 'write-file',
  path: DROP_IN,
  content: ROOT('/var/lib/crio/containers'),
  mode: 0o644,
  previous: null,
};

/** What becomes of one correction on a machine. */
async function revertOn(machine: ExampleMachine, action: Action) {
  const ledger = ledgerIn(`${directory}/ledger`);
  writeEntries(ledger, [{ id: 'a', code: 'CG201', time: 'then', status: 'applied', actions: [action] }]);
  const files = { ...SYSTEMD, ...(action.kind === 'write-file' ? { [action.path]: action.content } : {}) };
  const before = { ...machine, files: { ...files, ...machine.files } };
  const host = new ChangingHost(before, service(['/etc/default/crio']));
  const check = { ...CHECK, inherited: false };
  const result = await revertUnneeded({ host, ledger, lock: heldLock(), check });
  assert.equal(result.kind, 'reverted');
  const read = ledger.read();
  assert.ok(!('error' in read));
  return { kept: result.kept.map(({ why }) => why), status: read.entries[0]?.status };
}

describe('revertUnneeded', () => {
  test('keeps a correction without which CRI-O fails', async () => {
    const { kept, status } = await revertOn({ files: { [ETC]: MOUNTPOINT } }, write);
    assert.equal(status, 'applied');
    assert.match(kept.join(), /^without it: CRI-O fails: no zfs dataset found/);
  });

  test('undoes one without which CRI-O starts in the same dataset', async () => {
    const { kept, status } = await revertOn({ files: { [ETC]: BELOW } }, write);
    assert.deepEqual(kept, []);
    assert.equal(status, 'undone');
  });

  test('keeps one without which the layers of the store are not seen', async () => {
    const { kept, status } = await revertOn(
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/crio/aaaa', mountpoint: 'legacy' },
        ],
        files: {
          [ETC]: BELOW.replace('/containers"', '/other"'),
          '/var/lib/crio/containers/zfs-layers/layers.json': '[{"id":"aaaa"}]',
        },
      },
      write,
    );
    assert.equal(status, 'applied');
    assert.match(kept.join(), /1 existing layer would no longer be seen/);
  });

  test('keeps one when what CRI-O would do without it is unknown', async () => {
    const machine = { pools: { tank: 'SUSPENDED' }, files: { [ETC]: BELOW } };
    assert.equal((await revertOn(machine, write)).status, 'applied');
  });

  test('keeps what no check can take away in advance', async () => {
    const others: readonly Action[] = [
      { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/var/lib/crio' },
      { kind: 'rename-directory', from: '/var/lib/crio', to: '/var/lib/crio.aside' },
      { kind: 'load-module', module: 'zfs' },
      { ...write, reloadsSystemd: true },
    ];
    for (const action of others) {
      const { kept, status } = await revertOn({ files: { [ETC]: BELOW } }, action);
      assert.equal(status, 'applied', action.kind);
      assert.equal(kept.length, 1);
    }
  });
});

test('a correction is made again when CRI-O does not start without it as proved', async () => {
  // The directory of drop-ins is reached by another name, so the proof does not see that the file goes.
  const path = `${directory}/zz-crio-guard.conf`;
  const action = { ...write, path };
  writeFileSync(path, action.content);
  const files = { ...SYSTEMD, [ETC]: MOUNTPOINT, '/etc/crio/crio.conf': '' };
  const reads = service(['/etc/default/crio']);
  const corrected = new ChangingHost({ files: { ...files, [DROP_IN]: action.content } }, reads);
  const broken = new ChangingHost({ files }, reads);
  const now = (): Host => (existsSync(path) ? corrected : broken);
  const host: Host = {
    readFile: (path, limit) => now().readFile(path, limit),
    stat: (path) => now().stat(path),
    lstat: (path) => now().lstat(path),
    readLink: (path) => now().readLink(path),
    readDirectory: (path) => now().readDirectory(path),
    statFileSystem: (path) => now().statFileSystem(path),
    run: (program, args, settings) => now().run(program, args, settings),
    environment: (name) => now().environment(name),
    userId: () => now().userId(),
  };
  const ledger = ledgerIn(`${directory}/ledger`);
  writeEntries(ledger, [{ id: 'a', code: 'CG201', time: 'then', status: 'applied', actions: [action] }]);
  const result = await revertUnneeded({ host, ledger, lock: heldLock(), check: CHECK });
  assert.ok(result.kind === 'reverted');
  assert.match(result.kept.map(({ why }) => why).join(), /CRI-O fails: .*; it was made again$/);
  assert.equal(readFileSync(path, 'utf8'), action.content);
  const read = ledger.read();
  assert.ok(!('error' in read));
  assert.deepEqual(read.entries.map(({ status }) => status), ['applied']); // prettier-ignore
});

test('variables of a correction become settings of the unit', () => {
  const content = '# a comment\nSTORAGE_DRIVER=zfs\nCONTAINER_STORAGE_OPT="zfs.mountopt=a\\"b 100%"\n';
  const action: Action = { ...write, path: GUARD_ENVIRONMENT_FILE, content };
  assert.deepEqual(asUnitSettings([action]), [
    '[Service]',
    'Environment=STORAGE_DRIVER=zfs',
    'Environment="CONTAINER_STORAGE_OPT=zfs.mountopt=a\\"b 100%%"',
  ]);
  assert.deepEqual(asUnitSettings([write]), []);
});
