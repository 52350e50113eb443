import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { undo } from '../../../src/fix/undo.js';
import { heldLock, ledgerIn } from '../held-lock.js';
import { PlannedHost } from '../../../src/fix/planned/planned-host.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { ETC, storageOf } from '../../config/resolve.js';
import { machineHost } from '../../rules/machine.js';
import { ChangingHost, type Change } from '../changing-host.js';
import { correctOn, crioConfigText } from '../correct.js';

const STORAGE_CONF =
  '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/run/containers/storage"\n';

const machine = (change: ExampleMachine): ExampleMachine => ({
  ...change,
  files: {
    [ETC]: STORAGE_CONF,
    '/lib/modules/6.1.0-56-cloud-amd64/modules.dep': 'updates/dkms/zfs.ko: updates/dkms/spl.ko\n',
    '/usr/sbin/modprobe': '',
    '/usr/bin/systemd-detect-virt': '',
    ...change.files,
  },
});

const unloaded = machine({ module: null });
const unmounted = [
  { name: 'tank', mountpoint: 'none' },
  { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
] as const;
const own: Change = { command: 'systemd-detect-virt --container', exitCode: 1, stdout: 'none\n' };
const LOAD = 'modprobe -b zfs';

const config = crioConfigText(await storageOf({ files: { [ETC]: STORAGE_CONF } }));
const host = (before: ExampleMachine, ...changes: readonly Change[]): ChangingHost =>
  new ChangingHost(before, [own, ...changes], () => config);

let directory = '';
beforeEach(() => (directory = mkdtempSync(`${tmpdir()}/crio-guard-module-`)));
afterEach(() => rmSync(directory, { recursive: true }));
const carryOut = () => ({ lock: heldLock(), ledger: ledgerIn(directory) });

function entries(): readonly { readonly status: string; readonly actions: readonly unknown[] }[] {
  const ledger = ledgerIn(directory).read();
  assert.ok(!('error' in ledger));
  return ledger.entries;
}

test('a module for this kernel is planned to be loaded, and nothing is said of what lies behind it', async () => {
  const before = host(unloaded);
  const { correction } = await correctOn(before);
  assert.equal(correction.state, 'planned');
  assert.deepEqual(
    correction.actions.map(({ kind }) => kind),
    ['load-module'],
  );
  assert.equal(correction.afterwards, undefined);
  assert.deepEqual(
    before.ran.filter((line) => /^(?:zfs|zpool|modprobe)/.test(line)),
    [],
  );
});

test('on the planned host the device is there, and what only the module knows is unknown', async () => {
  const planned = new PlannedHost(machineHost(machine({})), [{ kind: 'load-module', module: 'zfs' }]);
  assert.equal((await planned.stat('/dev/zfs')).state, 'known');
  assert.equal((await planned.stat('/sys/module/zfs')).state, 'known');
  for (const path of ['/sys/module/zfs/version', '/proc/spl/kstat/zfs/tank/state']) {
    assert.equal((await planned.readFile(path)).state, 'unknown', path);
  }
  assert.equal((await planned.readDirectory('/proc/spl/kstat/zfs')).state, 'unknown');
  assert.equal((await planned.run('/usr/sbin/zfs', ['version'])).state, 'unknown');
});

test('loaded, and the pool is not imported: it stays loaded, and the report tells of the pool', async () => {
  const cache = { '/etc/zfs/zfs-list.cache/tank': 'tank/crio\t/var/lib/crio\ton\n' };
  const after = machine({ pools: {}, files: cache });
  const there = host(machine({ module: null, files: cache }), { command: LOAD, then: after });
  const { correction, checked } = await correctOn(there, carryOut());
  assert.equal(correction.state, 'applied');
  assert.equal(checked.diagnosis.prediction.outcome, 'fails');
  const codes = checked.outcomes.findings.map(({ code }) => code);
  assert.ok(codes.includes('CG306') && !codes.includes('CG205'), codes.join(' '));
  assert.deepEqual(
    entries().map(({ status }) => status),
    ['applied'],
  );
});

test('loaded, and the dataset is not mounted: a second correction with a proof of its own', async () => {
  const there = host(
    unloaded,
    { command: LOAD, then: machine({ datasets: unmounted }) },
    { command: 'zfs mount tank/crio', then: machine({}) },
  );
  const { correction, checked } = await correctOn(there, carryOut());
  assert.equal(correction.state, 'applied', correction.refusal);
  assert.equal(correction.code, 'CG205');
  assert.deepEqual(
    correction.actions.map(({ kind }) => kind),
    ['load-module', 'mount-dataset'],
    correction.refusal,
  );
  assert.equal(checked.verdict, 'ok');
  assert.deepEqual(
    entries().map(({ status }) => status),
    ['applied', 'applied'],
  );
});

test('loaded, and what is found then cannot be corrected: both are said', async () => {
  const full = machine({ datasets: unmounted, files: { '/var/lib/crio/notes.txt': 'mine' } });
  const there = host(unloaded, { command: LOAD, then: full });
  const { correction } = await correctOn(there, carryOut());
  assert.equal(correction.state, 'applied');
  assert.match(correction.refusal ?? '', /holds files/);
});

test('what modprobe refuses, or passes over as blacklisted, is taken back with the reason', async () => {
  const refused = host(unloaded, { command: LOAD, exitCode: 1, stderr: 'Key was rejected by service\n' });
  const { correction } = await correctOn(refused, carryOut());
  assert.equal(correction.state, 'undone');
  assert.match(correction.refusal ?? '', /Key was rejected by service/);
  const passedOver = host(unloaded, { command: LOAD });
  const again = await correctOn(passedOver, carryOut());
  assert.equal(again.correction.state, 'undone');
  assert.match(again.correction.refusal ?? '', /CG205 would remain/);
  assert.ok(entries().every(({ status }) => status === 'undone'));
});

test('never in a container, nor where that is unknown', async () => {
  for (const [before, changes, why] of [
    [machine({ module: null, files: { '/run/systemd/container': 'lxc\n' } }), [own], /container \(lxc\)/],
    [unloaded, [{ command: 'systemd-detect-virt --container', stdout: 'docker\n' }], /container \(docker\)/],
    [unloaded, [], /whether this is a container is not known/],
  ] as const) {
    const there = new ChangingHost(before, changes, () => config);
    const { correction } = await correctOn(there, carryOut());
    assert.equal(correction.state, 'refused');
    assert.match(correction.refusal ?? '', why);
    assert.ok(!there.ran.includes(LOAD));
  }
});

test('no module for this kernel, or one that is loaded already: refused with what to do', async () => {
  for (const [before, why] of [
    [
      { ...unloaded, files: { ...unloaded.files, '/lib/modules/6.1.0-56-cloud-amd64/modules.dep': '' } },
      /dkms/,
    ],
    [machine({ module: null, files: { '/sys/module/zfs/version': '2.1.11\n' } }), /is loaded/],
  ] as const) {
    const { correction } = await correctOn(host(before));
    assert.equal(correction.state, 'refused');
    assert.match(correction.refusal ?? '', why);
  }
});

test('undo takes the module away only while nothing uses it', async () => {
  const load = { kind: 'load-module', module: 'zfs' } as const;
  const refcnt = (text: string): Record<string, string> => ({ '/sys/module/zfs/refcnt': text });
  for (const [before, outcome] of [
    [machine({ files: refcnt('3\n') }), 'left'],
    [machine({ files: refcnt('0\n') }), 'left'],
    [machine({ pools: {}, files: refcnt('0\n') }), 'done'],
    [machine({ module: null }), 'done'],
  ] as const) {
    const there = host(before, { command: 'modprobe -r zfs' });
    assert.equal((await undo(there, load)).kind, outcome);
    const isTakenAway = outcome === 'done' && before.module !== null;
    assert.equal(there.ran.includes('modprobe -r zfs'), isTakenAway);
  }
});
