import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost } from '../../src/check/check-host.js';
import { progressOn } from '../../src/check/progress.js';
import { machineHost } from '../rules/machine.js';

async function look(deep: boolean, isErrorTerminal: boolean): Promise<string[]> {
  const written: string[] = [];
  const progress = progressOn({
    isErrorTerminal: () => isErrorTerminal,
    warn: (text) => void written.push(text),
  });
  await checkHost(machineHost({ symlinks: { '/proc/812/ns/mnt': 'mnt:[1]' } }), {
    inherited: true,
    crioFlags: undefined,
    crioVersion: undefined,
    deep,
    configuration: DEFAULT_GUARD_CONFIGURATION,
    guard: { problems: [] },
    ...(progress === undefined ? {} : { progress }),
  });
  return written;
}

test('a deep look says on a terminal what it is at, and leaves nothing behind', async () => {
  const written = await look(true, true);
  const last = written.pop();
  assert.equal(last, '\r\u001b[K');
  for (const step of ['version', 'snapshots below tank/crio', 'crio.service', 'process 1 of 1']) {
    assert.ok(
      written.some((text) => text.includes(step)),
      `${step}: ${written.join()}`,
    );
  }
});

test('nothing is shown without a terminal, or without a wait', async () => {
  assert.deepEqual(await look(true, false), []);
  assert.deepEqual(await look(false, true), ['\r\u001b[K']);
});
