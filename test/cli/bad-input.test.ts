import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost } from '../../src/check/check-host.js';
import { EXIT_OF_VERDICT } from '../../src/cli/exit-code.js';
import { absent, unknown } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';

const STORAGE_CONF = '/etc/containers/storage.conf';

async function check(machine: ExampleMachine, prepare?: (host: ReturnType<typeof machineHost>) => void) {
  const host = machineHost(machine);
  prepare?.(host);
  const checked = await checkHost(host, {
    inherited: false,
    crioFlags: machine.flags ?? [],
    crioVersion: undefined,
    deep: false,
    configuration: DEFAULT_GUARD_CONFIGURATION,
    guard: { problems: [] },
  });
  return { ...checked, exitCode: EXIT_OF_VERDICT[checked.verdict] };
}

test('a file that cannot be read is unknown, and is named', async () => {
  const { exitCode, diagnosis } = await check({}, (host) => {
    const read = host.readFile.bind(host);
    host.readFile = (path, limit) =>
      path === STORAGE_CONF
        ? Promise.resolve(unknown('permission', `read ${path}`, 'EACCES'))
        : read(path, limit);
  });
  assert.equal(exitCode, 2);
  assert.ok(diagnosis.configuration.kind === 'unknown');
  assert.match(diagnosis.configuration.why, /storage\.conf/);
});

test('broken TOML is refused with file, line and key', async () => {
  const { exitCode, diagnosis } = await check({ files: { [STORAGE_CONF]: '[storage]\ndriver = zfs\n' } });
  assert.equal(exitCode, 1);
  assert.ok(diagnosis.configuration.kind === 'refused');
  const { file, line, key } = diagnosis.configuration.refusal.cause;
  assert.deepEqual({ file, line, key }, { file: STORAGE_CONF, line: 2, key: 'storage.driver' });
});

test('a graphroot with a newline is a path like any other, and cannot forge a line', async () => {
  const files = {
    [STORAGE_CONF]: '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/a\\nMESSAGE=b"\nrunroot = "/run/c"\n',
  };
  const { exitCode, diagnosis } = await check({ files });
  assert.equal(exitCode, 1);
  assert.equal(diagnosis.input?.request.graphroot, '/var/lib/a\nMESSAGE=b');
  assert.equal(diagnosis.prediction.outcome, 'fails');
});

test('without systemd the defaults of CRI-O are assumed', async () => {
  const { exitCode } = await check({}, (host) => {
    const stat = host.stat.bind(host);
    host.stat = (path) => (path === '/run/systemd/system' ? Promise.resolve(absent()) : stat(path));
  });
  assert.equal(exitCode, 0);
});

test('no ZFS at all, and a configuration that wants it', async () => {
  const { exitCode, diagnosis, outcomes } = await check({
    module: null,
    command: false,
    datasets: [],
    pools: {},
  });
  assert.equal(exitCode, 1);
  assert.ok(diagnosis.prediction.outcome === 'fails');
  assert.equal(diagnosis.prediction.cause.kind, 'zfs-command-missing');
  assert.ok(outcomes.findings.some(({ code }) => code === 'CG204'));
});
