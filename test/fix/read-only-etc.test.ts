import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { reviewVariables } from '../../src/fix/standing-variables.js';
import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import type { Action } from '../../src/fix/actions.js';
import { heldLock, writeEntries, ledgerIn } from './held-lock.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { ETC } from '../config/resolve.js';
import { ChangingHost } from './changing-host.js';
import { CHECK, correctOn, proposeOn } from './correct.js';
import { service, SYSTEMD } from './service.js';

const READ_ONLY = { mountpoint: '/etc', fileSystem: 'erofs', source: '/dev/sdb1', options: 'ro,relatime' };
const READS = service([GUARD_ENVIRONMENT_FILE]);

/** The node of cri-o/cri-o#8771 with an /etc that cannot be written. */
const machine = (change: ExampleMachine = {}): ExampleMachine => ({
  graphroot: '/var/lib/crio',
  mounts: [READ_ONLY],
  ...change,
  files: { ...SYSTEMD, ...change.files },
});

const storage = (options: string): NonNullable<ExampleMachine['files']> => ({
  [ETC]:
    '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/run/containers/storage"\n' +
    `[storage.options.zfs]\n${options}`,
});

const withImages = (files: NonNullable<ExampleMachine['files']> = {}): ExampleMachine =>
  machine({
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/crio', mountpoint: '/var/lib/crio' },
      { name: 'tank/crio/aaaa', mountpoint: 'legacy' },
    ],
    files: { '/var/lib/crio/zfs-layers/layers.json': '[{"id":"aaaa"}]', ...files },
  });

const host = (before: ExampleMachine, changes = READS): ChangingHost => new ChangingHost(before, changes);
const correctionOf = async (before: ExampleMachine, changes = READS) =>
  (await correctOn(host(before, changes))).correction;

async function writtenOn(before: ExampleMachine): Promise<Extract<Action, { kind: 'write-file' }>> {
  const planned = await proposeOn(host(before));
  assert.ok(planned.kind === 'plan', JSON.stringify(planned));
  const write = planned.plan.actions.find((action) => action.kind === 'write-file');
  assert.ok(write !== undefined);
  return write;
}

test('graphroot moves down by a variable, and the directory is made', async () => {
  const { state, actions, afterwards, refusal } = await correctionOf(machine());
  assert.equal(state, 'planned', refusal);
  assert.deepEqual(
    actions.map(({ description }) => description),
    ['make the directory /var/lib/crio/containers', `write ${GUARD_ENVIRONMENT_FILE}`],
  );
  assert.match(actions[1]?.difference ?? '', /^\+CONTAINER_ROOT=\/var\/lib\/crio\/containers$/m);
  assert.deepEqual(afterwards, { outcome: 'starts', driver: 'zfs', dataset: 'tank/crio' });
});

test('with images the dataset is pinned, and the options in force are said again', async () => {
  const { content } = await writtenOn(withImages(storage('mountopt = "nodev"\n')));
  assert.match(content, /^CONTAINER_STORAGE_OPT=zfs\.mountopt=nodev,zfs\.fsname=tank\/crio$/m);
  assert.equal((await correctionOf(withImages(storage('mountopt = "nodev"\n')))).state, 'planned');
});

test('an option with a comma cannot be said by the variable: refused', async () => {
  const { state, refusal } = await correctionOf(withImages(storage('mountopt = "nodev,noatime"\n')));
  assert.equal(state, 'refused');
  assert.match(refusal ?? '', /cannot say "zfs\.mountopt=nodev,noatime"/);
});

test('a unit that does not read the file: refused with both reasons', async () => {
  const { state, refusal } = await correctionOf(machine(), service([]));
  assert.equal(state, 'refused');
  assert.match(refusal ?? '', /\/etc is mounted read-only.*does not read/);
});

test('NixOS generates /etc, whatever its mount says', async () => {
  const nixos = machine({ mounts: [], files: { '/etc/NIXOS': '' } });
  assert.equal((await writtenOn(nixos)).path, GUARD_ENVIRONMENT_FILE);
  const { refusal } = await correctionOf(nixos, service([]));
  assert.match(refusal ?? '', /virtualisation\.cri-o\.settings/);
});

test('an /etc that can be written gets the drop-in', async () => {
  for (const mounts of [[], [{ ...READ_ONLY, options: 'rw,relatime' }]]) {
    assert.equal((await writtenOn(machine({ mounts }))).path, '/etc/crio/crio.conf.d/zz-crio-guard.conf');
  }
  const below = { ...READ_ONLY, mountpoint: '/etc/crio/crio.conf.d', source: '/dev/sdc1' };
  assert.equal((await writtenOn(machine({ mounts: [below] }))).path, GUARD_ENVIRONMENT_FILE);
});

test('a flag beats the variable: refused', async () => {
  const flags = ['--root', '/var/lib/crio'];
  const check = { ...CHECK, crioFlags: flags };
  const { correction } = await correctOn(host(machine()), { check });
  assert.equal(correction.state, 'refused');
  assert.match(correction.refusal ?? '', /flag --root/);
});

test('at the next start the variable stays, and goes when the list of options has changed', async () => {
  const directory = mkdtempSync(`${tmpdir()}/crio-guard-pinned-`);
  try {
    const before = withImages(storage('mountopt = "nodev"\n'));
    const write = await writtenOn(before);
    const later = { ...before.files, [GUARD_ENVIRONMENT_FILE]: write.content };
    for (const [files, status] of [
      [later, 'applied'],
      [{ ...later, ...storage('mountopt = "noatime"\n') }, 'undone'],
      // What would be planned now cannot be said by the variable: it stays.
      [{ ...later, ...storage('mountopt = "a,b"\n') }, 'applied'],
    ] as const) {
      const ledger = ledgerIn(directory);
      const applied = { id: 'a', code: 'CG201', time: '', status: 'applied', actions: [write] } as const;
      writeEntries(ledger, [applied]);
      const there = host({ ...before, files });
      await reviewVariables({
        host: there,
        check: { ...CHECK, inherited: false },
        ledger,
        lock: heldLock(),
      });
      const read = ledger.read();
      assert.ok(!('error' in read));
      assert.equal(read.entries[0]?.status, status);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
