import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { checkHost } from '../../src/check/check-host.js';
import {
  DEFAULT_GUARD_CONFIGURATION,
  type GuardConfiguration,
} from '../../src/config/guard-configuration.js';
import { CORRECTED_CODES } from '../../src/config/guard-settings.js';
import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import { CORRECTABLE } from '../../src/fix/correctable.js';
import { reviewVariables } from '../../src/fix/standing-variables.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';
import { ChangingHost } from './changing-host.js';
import { CHECK, correctOn } from './correct.js';
import { heldLock, ledgerIn, writeEntries } from './held-lock.js';
import { service, SYSTEMD } from './service.js';

const READ_ONLY = { mountpoint: '/etc', fileSystem: 'erofs', source: '/dev/sdb1', options: 'ro,relatime' };
/** The node of cri-o/cri-o#8771. */
const MOUNTPOINT: ExampleMachine = { graphroot: '/var/lib/crio', files: SYSTEMD };
const READ_ONLY_ETC: ExampleMachine = { ...MOUNTPOINT, mounts: [READ_ONLY] };

const checkWith = (change: Partial<GuardConfiguration>) => ({
  ...CHECK,
  configuration: { ...DEFAULT_GUARD_CONFIGURATION, ...change },
});
const hostOf = (machine: ExampleMachine) => new ChangingHost(machine, service([GUARD_ENVIRONMENT_FILE]));

for (const [name, machine] of [
  ['a drop-in', MOUNTPOINT],
  ['a variable', READ_ONLY_ETC],
] as const) {
  test(`graphroot moves to the directory that is configured, by ${name}`, async () => {
    const check = checkWith({ subdirectory: 'store_1' });
    const { correction } = await correctOn(hostOf(machine), { check });
    assert.equal(correction.state, 'planned', correction.refusal);
    const described = correction.actions.map(({ description }) => description);
    assert.ok(described.includes('make the directory /var/lib/crio/store_1'), described.join());
    const difference = correction.actions.map((action) => action.difference ?? '').join('');
    assert.match(difference, /(?:root = "|CONTAINER_ROOT=)\/var\/lib\/crio\/store_1"?$/m);
    assert.deepEqual(correction.afterwards, { outcome: 'starts', driver: 'zfs', dataset: 'tank/crio' });
  });
}

test('a file of that name refuses the correction', async () => {
  const machine = { ...MOUNTPOINT, files: { ...SYSTEMD, '/var/lib/crio/crio': '' } };
  const { correction } = await correctOn(hostOf(machine), { check: checkWith({ subdirectory: 'crio' }) });
  assert.equal(correction.state, 'refused');
  assert.match(correction.refusal ?? '', /\/var\/lib\/crio\/crio exists/);
});

test('a variable that was set with another name is set again with it, and is not withdrawn', async () => {
  const directory = mkdtempSync(`${tmpdir()}/crio-guard-earlier-`);
  try {
    const ledger = ledgerIn(directory);
    const content = 'CONTAINER_ROOT=/var/lib/crio/first\n';
    const write = {
      kind: 'write-file',
      path: GUARD_ENVIRONMENT_FILE,
      content,
      mode: 0o644,
      previous: null,
    } as const;
    writeEntries(ledger, [{ id: 'a', code: 'CG201', time: '', status: 'applied', actions: [write] }]);
    const check = checkWith({ subdirectory: 'second' });
    // After a reboot the file is gone.
    const { correction } = await correctOn(hostOf(READ_ONLY_ETC), { check, ledger });
    const written = correction.actions.find(({ difference }) => difference !== undefined)?.difference;
    assert.match(written ?? '', /^\+CONTAINER_ROOT=\/var\/lib\/crio\/first$/m, correction.refusal);
    // Before, it stands.
    const text = (written ?? '')
      .split('\n')
      .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
    const there = hostOf({ ...READ_ONLY_ETC, files: { ...SYSTEMD, [GUARD_ENVIRONMENT_FILE]: text } });
    const actions = [{ ...write, content: text }];
    writeEntries(ledger, [{ id: 'a', code: 'CG201', time: '', status: 'applied', actions }]);
    const later = { ...check, inherited: false };
    assert.equal(await reviewVariables({ host: there, check: later, ledger, lock: heldLock() }), undefined);
    assert.equal(await there.stat(GUARD_ENVIRONMENT_FILE).then(({ state }) => state), 'known');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('each correction can be forbidden by the code of its finding, in every run', async () => {
  const corrections = CORRECTED_CODES.filter((code) => code !== 'CG201');
  for (const trigger of ['prestart', 'plan', 'command'] as const) {
    const { correction } = await correctOn(hostOf(MOUNTPOINT), {
      check: checkWith({ corrections }),
      trigger,
    });
    assert.deepEqual([correction.state, correction.code, correction.actions], ['refused', 'CG201', []]);
    assert.match(correction.refusal ?? '', /"corrections"/);
  }
  // That of CG206 is refused each time, with a reason of its own.
  assert.deepEqual(
    CORRECTABLE.filter((code) => !CORRECTED_CODES.some((known) => known === code)),
    ['CG206'],
  );
});

async function codesOn(machine: ExampleMachine, change: Partial<GuardConfiguration>) {
  const { outcomes } = await checkHost(machineHost(machine), checkWith(change));
  return outcomes.findings.map(({ code }) => code).filter((code) => code === 'CG502' || code === 'CG509');
}

test('a correction names what does not get it', async () => {
  const notSeen = async (machine: ExampleMachine) => {
    const { correction } = await correctOn(hostOf(machine), { check: CHECK, trigger: 'plan' });
    return [...new Set(correction.actions.flatMap(({ notSeenBy = [] }) => notSeenBy))];
  };
  assert.deepEqual(await notSeen(MOUNTPOINT), ['podman']);
  assert.deepEqual(await notSeen(READ_ONLY_ETC), ['podman', 'crio-wipe.service', 'crio by hand']);
  const unmounted = { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' } as const;
  assert.deepEqual(await notSeen({ datasets: [{ name: 'tank', mountpoint: 'none' }, unmounted] }), []);
});

test('the advice names the same directory as the correction', async () => {
  for (const machine of [
    MOUNTPOINT,
    { graphroot: '/srv', mounts: [], datasets: [{ name: 'tank', mountpoint: 'none' }] },
  ]) {
    const { outcomes } = await checkHost(machineHost(machine), checkWith({ subdirectory: 'store' }));
    const advice = outcomes.findings.flatMap(({ remedy }) => remedy.map(({ line }) => line)).join('\n');
    assert.match(advice, /\/store\b/);
    assert.doesNotMatch(advice, /\/containers\b(?!\/storage)/);
  }
});

test('the thresholds decide from where on space and datasets are reported', async () => {
  const GIB = 1024 ** 3;
  const space = (available: number, used: number): ExampleMachine => {
    const properties = { used: String(used * GIB), available: String(available * GIB) };
    return {
      datasets: [
        { name: 'tank', mountpoint: 'none', properties },
        { name: 'tank/crio', mountpoint: '/var/lib/crio', properties },
      ],
    };
  };
  // 8 GiB of 100, and 4 of 100.
  const eight = space(8, 92);
  const four = space(4, 96);
  assert.deepEqual(await codesOn(eight, {}), []);
  assert.deepEqual(await codesOn(four, {}), ['CG502']);
  assert.deepEqual(await codesOn(eight, { space_percent: 10 }), ['CG502']);
  assert.deepEqual(await codesOn(eight, { space_percent: 10, space_plenty: 8 }), []);
  assert.deepEqual(await codesOn(four, { space_percent: 0 }), []);
  assert.deepEqual(await codesOn(eight, { space_minimum: 8 * 1024 }), []);
  assert.deepEqual(await codesOn(eight, { space_minimum: 8 * 1024 + 1 }), ['CG502']);
  const layers: ExampleMachine = {
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/crio', mountpoint: '/var/lib/crio' },
      ...['aa', 'bb', 'cc'].map((id) => ({ name: `tank/crio/${id}`, mountpoint: 'legacy' })),
    ],
  };
  assert.deepEqual(await codesOn(layers, { datasets_maximum: 3 }), []);
  assert.deepEqual(await codesOn(layers, { datasets_maximum: 2 }), ['CG509']);
});
