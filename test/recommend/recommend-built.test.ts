import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { parseCommand } from '../../src/cli/argv.js';
import { checkRequest } from '../../src/cli/check.js';
import { runRecord } from '../../src/cli/record.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { sessionOn } from '../cli/session.js';
import { machineHost } from '../rules/machine.js';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-recommend-`);
after(() => rmSync(directory, { recursive: true }));

const OVERLAY: ExampleMachine = {
  driver: 'overlay',
  graphroot: '/srv/c',
  datasets: [{ name: 'tank', mountpoint: 'none' }],
};

/** What the built program answers for a machine that `--record` has recorded. */
async function builtAnswer(machine: ExampleMachine, ...args: readonly string[]) {
  const { session } = sessionOn(machineHost(machine));
  const command = parseCommand(['--record', 'host.json']);
  assert.ok(command.kind === 'record');
  const request = checkRequest(session, command.options);
  assert.ok(!('error' in request));
  const file = `${directory}/host.json`;
  await runRecord(session, request, (text) => {
    writeFileSync(file, text);
    return undefined;
  });
  const words = ['dist/main.cjs', '--recommend', ...args, '--from', file];
  return spawnSync(process.execPath, words, { encoding: 'utf8' });
}

test('the layout of a recorded host is printed', async () => {
  const { status, stdout, stderr } = await builtAnswer(OVERLAY, 'tank');
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^zfs create .* tank\/crio$/m);
  assert.equal(stderr, '');
});

test('without a pool those that there are', async () => {
  const { status, stdout } = await builtAnswer(OVERLAY);
  assert.equal(status, 1);
  assert.match(stdout, /^crio-guard --recommend tank$/m);
});

test('a suspended pool is unknown', async () => {
  const { status, stdout } = await builtAnswer({ ...OVERLAY, pools: { tank: 'SUSPENDED' } }, 'tank');
  assert.equal(status, 2);
  assert.match(stdout, /SUSPENDED/);
  assert.doesNotMatch(stdout, /^[^#\n]/m);
});

test('a host whose layout is right needs no other', async () => {
  const { status, stdout } = await builtAnswer({});
  assert.equal(status, 0);
  assert.match(stdout, /^# .* tank\/crio/);
});
