import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost, type CheckRequest } from '../../src/check/check-host.js';
import { mustStop } from '../../src/cli/prestart.js';
import { parseCrioVersion } from '../../src/config/installed-crio/crio-version.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';

async function check(machine: ExampleMachine, change: Partial<CheckRequest> = {}) {
  return checkHost(machineHost(machine), {
    inherited: true,
    crioFlags: machine.flags,
    crioVersion: undefined,
    deep: false,
    configuration: DEFAULT_GUARD_CONFIGURATION,
    guard: { problems: [] },
    ...change,
  });
}

const broken: ExampleMachine = { graphroot: '/var/lib/crio' };

test('an exact failure of a measured CRI-O stops the start', async () => {
  const checked = await check(broken);
  assert.equal(checked.verdict, 'error');
  assert.equal(mustStop(checked), true);
});

test('a healthy node is let through', async () => {
  const checked = await check({});
  assert.equal(checked.verdict, 'ok');
  assert.equal(mustStop(checked), false);
  // The version is known wherever ZFS matters.
  assert.equal(checked.diagnosis.crioVersion?.text, '1.36.3');
});

test('an unsupported CRI-O may start, and the report says why', async () => {
  const checked = await check({ ...broken, crioVersion: '1.42.0' });
  assert.equal(checked.verdict, 'error');
  assert.equal(checked.exact, false);
  assert.equal(mustStop(checked), false);
  assert.ok(checked.outcomes.findings.some(({ code }) => code === 'CG005'));
});

test('a version that cannot be read counts as an unsupported one', async () => {
  const checked = await check({ ...broken, crioVersion: 'none' });
  assert.equal(checked.exact, false);
  assert.equal(mustStop(checked), false);
});

test('an ignored finding is shown and stops nothing', async () => {
  const configuration = { ...DEFAULT_GUARD_CONFIGURATION, ignore: ['CG201'] };
  const checked = await check(broken, { configuration });
  assert.equal(mustStop(checked), false);
  assert.ok(checked.outcomes.findings.some(({ code, ignored }) => code === 'CG201' && ignored));
});

test('overlay on an old OpenZFS is not stopped where fuse-overlayfs can stand in', async () => {
  const overlay: ExampleMachine = { driver: 'overlay', files: { '/usr/bin/fuse-overlayfs': '' } };
  assert.equal(mustStop(await check(overlay)), false);
  assert.equal(mustStop(await check({ driver: 'overlay' })), true);
});

test('warnings stop nothing', async () => {
  const checked = await check({ symlinks: { '/crio': '/var/lib/crio' }, graphroot: '/crio/containers' });
  assert.equal(mustStop(checked), false);
});

test('a version that is given decides', async () => {
  const crioVersion = parseCrioVersion('crio version 1.31.2');
  assert.ok(crioVersion !== undefined);
  const files = { '/etc/containers/storage.conf': '[storage]\ndriver = "zfs"\n' };
  const old = await check({ files }, { crioVersion });
  assert.ok(old.diagnosis.prediction.outcome === 'fails');
  assert.equal(old.diagnosis.prediction.cause.kind, 'roots-missing');
});
