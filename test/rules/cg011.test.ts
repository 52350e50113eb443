import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { crioUnderAnotherUnit as rule } from '../../src/rules/guard/cg011-crio-under-another-unit.js';
import { checkHost } from '../../src/check/check-host.js';
import { diagnoseExample, machineHost } from './machine.js';

test('CG011 (crio-under-another-unit) names the unit', async () => {
  const answer = rule.check(await diagnoseExample(rule.examples.fail[0]));
  assert.ok(answer.kind === 'finding');
  assert.deepEqual(answer.data, { units: ['node-runtime.service'] });
});

test('before a start, and where ZFS does not matter, no other unit is looked at', async () => {
  const [machine] = rule.examples.fail;
  const elsewhere = { ...machine, driver: 'overlay', graphroot: '/srv/c', module: null };
  for (const [host, inherited] of [
    [machineHost(machine), true],
    [machineHost(elsewhere), false],
  ] as const) {
    const { diagnosis } = await checkHost(host, {
      inherited,
      crioFlags: undefined,
      crioVersion: undefined,
      deep: false,
      configuration: { ...DEFAULT_GUARD_CONFIGURATION, mode: 'check' },
      guard: { problems: [] },
    });
    assert.equal(diagnosis.otherUnits, undefined);
  }
});
