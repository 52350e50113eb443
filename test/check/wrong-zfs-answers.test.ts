import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost } from '../../src/check/check-host.js';
import type { Execution } from '../../src/host/host.js';
import { known } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';

/** Checks a machine on which each `zfs list` answers something else. */
function checkWith(machine: ExampleMachine, answer?: (right: Execution) => Execution) {
  const host = machineHost(machine);
  const run = host.run.bind(host);
  host.run = async (program, args) => {
    const right = await run(program, args);
    const isList = program.endsWith('/zfs') && args[0] === 'list';
    if (!isList || answer === undefined || right.state !== 'known') return right;
    return known(answer(right.value));
  };
  return checkHost(host, {
    inherited: false,
    crioFlags: [],
    crioVersion: undefined,
    deep: false,
    configuration: DEFAULT_GUARD_CONFIGURATION,
    guard: { problems: [] },
  });
}

const WRONG: Readonly<Record<string, (right: Execution) => Execution>> = {
  'exit 1 without a word': () => ({ exitCode: 1, stdout: '', stderr: '' }),
  'exit 1 with words': () => ({ exitCode: 1, stdout: '', stderr: 'internal error: out of memory\n' }),
  'no output': () => ({ exitCode: 0, stdout: '', stderr: '' }),
  'a last line that is cut off': ({ stdout }) => ({ exitCode: 0, stdout: stdout.slice(0, -9), stderr: '' }),
  'one short line': () => ({ exitCode: 0, stdout: 'tank/cr\n', stderr: '' }),
  'only the pool': ({ stdout }) => ({ exitCode: 0, stdout: `${stdout.split('\n')[0] ?? ''}\n`, stderr: '' }),
};

const HEALTHY: Readonly<Record<string, ExampleMachine>> = {
  'a healthy node': {},
  'a healthy node with zfs.fsname': { fsname: 'tank/crio' },
};

for (const [title, machine] of Object.entries(HEALTHY)) {
  describe(`zfs list gives a wrong answer on ${title}`, () => {
    for (const [name, answer] of Object.entries(WRONG)) {
      test(name, async () => {
        const { verdict, diagnosis, outcomes } = await checkWith(machine, answer);
        assert.notEqual(diagnosis.prediction.outcome, 'fails');
        assert.notEqual(verdict, 'error');
        const errors = outcomes.findings.filter(({ severity }) => severity === 'error');
        assert.deepEqual(errors, []);
      });
    }
  });
}

describe('a dataset that does not exist', () => {
  const missing: ExampleMachine = { fsname: 'tank/nope' };

  test('is predicted to fail', async () => {
    const { verdict, diagnosis, outcomes } = await checkWith(missing);
    assert.equal(verdict, 'error');
    assert.ok(diagnosis.prediction.outcome === 'fails');
    assert.equal(diagnosis.prediction.cause.kind, 'dataset-refused');
    const found = outcomes.findings.find(({ code }) => code === 'CG207');
    assert.ok(found?.code === 'CG207');
    assert.equal(found.data.fsname, 'tank/nope');
  });

  for (const [name, answer] of Object.entries(WRONG)) {
    test(`stays unknown where zfs list gives a wrong answer: ${name}`, async () => {
      const { diagnosis } = await checkWith(missing, (right) =>
        right.exitCode === 0 ? answer(right) : right,
      );
      assert.equal(diagnosis.prediction.outcome, 'unknown');
    });
  }
});
