import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { Action } from '../../../src/fix/actions.js';
import { perform } from '../../../src/fix/perform.js';
import { undo } from '../../../src/fix/undo.js';
import { writeUnitDropIn } from '../../../src/fix/unit-drop-in.js';
import { unitWord } from '../../../src/text/systemd-quoting.js';
import { withDropIns } from '../../../src/fix/planned/planned-ordering.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { machineHost } from '../../rules/machine.js';
import { ChangingHost } from '../changing-host.js';
import { correctOn } from '../correct.js';

const FILE = '/etc/systemd/system/crio.service.d/20-crio-guard-mounts.conf';

const machine = (change: ExampleMachine = {}): ExampleMachine => ({
  unit: { after: ['basic.target'], requiresMountsFor: [] },
  ...change,
  files: {
    '/etc/systemd/system/': '',
    '/usr/lib/systemd/system/zfs-mount.service': '',
    ...change.files,
  },
});

const byHand = async (before: ExampleMachine) =>
  (await correctOn(machineHost(before), { trigger: 'command' })).correction;

test('by hand the drop-in is planned, and proven by what systemd would say then', async () => {
  const { state, code, actions, afterwards } = await byHand(machine());
  assert.equal(state, 'planned');
  assert.equal(code, 'CG310');
  assert.deepEqual(
    actions.map(({ description }) => description),
    [
      'make the directory /etc/systemd/system/crio.service.d',
      `write ${FILE}, and let systemd read its units again`,
    ],
  );
  assert.match(actions[1]?.difference ?? '', /^\+RequiresMountsFor=\/var\/lib\/crio$/m);
  assert.match(actions[1]?.difference ?? '', /^\+After=zfs-mount\.service$/m);
  assert.equal(afterwards?.outcome, 'starts');
});

test('a start neither asks nor writes', async () => {
  const there = new ChangingHost(machine(), []);
  const { correction, checked } = await correctOn(there);
  assert.equal(correction.state, 'none');
  assert.equal(checked.outcomes.findings.length, 0);
  assert.ok(!there.ran.some((line) => line.includes('RequiresMountsFor')));
});

test('zfs-mount.service is found where OpenZFS installs it with its default prefix', async () => {
  const before: ExampleMachine = {
    unit: { after: ['basic.target'], requiresMountsFor: [] },
    files: { '/etc/systemd/system/': '', '/usr/local/lib/systemd/system/zfs-mount.service': '' },
  };
  const { state, actions } = await byHand(before);
  assert.equal(state, 'planned');
  assert.match(actions[1]?.difference ?? '', /^\+After=zfs-mount\.service$/m);
});

test('a mount that a generator made a unit for is waited for by its name', async () => {
  const { actions } = await byHand(
    machine({
      files: { '/run/systemd/generator/var-lib-crio.mount': '', '/etc/systemd/system/crio.service.d/': '' },
    }),
  );
  assert.equal(actions.length, 1);
  assert.match(actions[0]?.difference ?? '', /^\+After=var-lib-crio\.mount$/m);
});

test('nothing is done where it is ordered already, and an error comes first', async () => {
  assert.equal(
    (await byHand(machine({ unit: { after: ['zfs-mount.service'], requiresMountsFor: [] } }))).state,
    'none',
  );
  const broken = await byHand(machine({ graphroot: '/var/lib/crio' }));
  assert.equal(broken.code, 'CG201');
  assert.deepEqual(
    broken.actions.filter(({ description }) => description.includes('systemd')),
    [],
  );
});

test('refused, with the reason', async () => {
  const readOnly = { mountpoint: '/etc', fileSystem: 'erofs', source: '/dev/sdb1', options: 'ro' };
  for (const [before, why] of [
    [machine({ mounts: [readOnly] }), /mounted read-only/],
    [machine({ files: { '/etc/NIXOS': '' } }), /NixOS/],
    [{ ...machine(), files: { '/etc/systemd/system/': '' } }, /knows neither zfs-mount\.service/],
  ] as const) {
    const { state, refusal } = await byHand(before);
    assert.equal(state, 'refused');
    assert.match(refusal ?? '', why);
  }
});

test('what the file says is what the planned host hears of it, blanks and all', () => {
  for (const path of ['/var/lib/crio', '/srv/a b', '/srv/100%', '/srv/"q"\\']) {
    const [write] = writeUnitDropIn(
      { kind: 'usable', missing: [], previous: null },
      [],
      [['RequiresMountsFor', unitWord(path) ?? '']],
    );
    assert.ok(write?.kind === 'write-file');
    assert.equal(
      withDropIns('After=a\nRequiresMountsFor=\n', [write.content]),
      `After=a\nRequiresMountsFor=${path}\n`,
    );
    assert.equal(withDropIns('RequiresMountsFor=/x\n', [write.content]), `RequiresMountsFor=/x ${path}\n`);
  }
});

test('the escaped name of a mount unit keeps its one backslash', async () => {
  const { state, actions } = await byHand(
    machine({
      graphroot: '/srv/a-b/containers',
      datasets: [{ name: 'tank/crio', mountpoint: '/srv/a-b' }],
      files: { '/run/systemd/generator/srv-a\\x2db.mount': '' },
    }),
  );
  assert.equal(state, 'planned');
  const written = actions.find(({ difference }) => difference !== undefined)?.difference ?? '';
  assert.match(written, /^\+After=srv-a\\x2db\.mount$/m);
  assert.match(written, /^\+RequiresMountsFor=\/srv\/a-b$/m);
});

test('systemd reads its units again after the file is written, and after it is taken back', async () => {
  const root = mkdtempSync(`${tmpdir()}/crio-guard-unit-`);
  try {
    mkdirSync(`${root}/crio.service.d`);
    const path = `${root}/crio.service.d/20.conf`;
    const write: Action = {
      kind: 'write-file',
      path,
      content: '[Unit]\n',
      mode: 0o644,
      previous: null,
      reloadsSystemd: true,
    };
    const there = new ChangingHost({}, [{ command: 'systemctl daemon-reload' }]);
    assert.equal((await perform(there, write)).kind, 'done');
    assert.equal(readFileSync(path, 'utf8'), '[Unit]\n');
    assert.equal((await undo(there, write)).kind, 'done');
    assert.deepEqual(readdirSync(`${root}/crio.service.d`), []);
    assert.deepEqual(there.ran, ['systemctl daemon-reload', 'systemctl daemon-reload']);
    const failing = new ChangingHost({}, [
      { command: 'systemctl daemon-reload', exitCode: 1, stderr: 'no\n' },
    ]);
    assert.equal((await perform(failing, write)).kind, 'failed');
  } finally {
    rmSync(root, { recursive: true });
  }
});
