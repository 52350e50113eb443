import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Deadline } from '../../src/host/deadline.js';
import { runRaw } from '../../src/host/linux/run.js';

const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

test('work that never ends is not waited for', async () => {
  const never = new Promise<string>(() => undefined);
  assert.equal(await Deadline.in(10).bound(never, () => 'late'), 'late');
});

test('a deadline can be shortened, and not made longer', () => {
  const deadline = Deadline.in(60_000);
  deadline.shorten(20_000);
  assert.ok(deadline.remaining() <= 20_000 && deadline.remaining() > 10_000);
  deadline.shorten(90_000);
  assert.ok(deadline.remaining() <= 20_000);
});

/** Runs a module that has asked to be killed. */
const killed = (milliseconds: number, then: string) =>
  spawnSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { killAfter } from '${pathToFileURL('build/src/host/linux/run.js').href}';
     await killAfter(${milliseconds}, process.pid);${then}`,
  ]);

test('an endless loop is killed after its time, and a process that ends is not kept waiting', () => {
  assert.equal(killed(300, 'for (;;);').signal, 'SIGKILL');
  const before = performance.now();
  assert.equal(killed(60_000, '').status, 0);
  assert.ok(performance.now() - before < 30_000);
});

test('a program that ignores SIGTERM and whose child holds the pipe ends at the deadline', async () => {
  const script = 'trap "" TERM; sleep 60 & sleep 60';
  const before = performance.now();
  const answer = await runRaw('/bin/sh', ['-c', script], Deadline.in(300), { environment });
  assert.ok(answer.state === 'unknown');
  assert.equal(answer.why.kind, 'timeout');
  assert.ok(performance.now() - before < 10_000);
});

test('the exit code is an answer, a missing program is not', async () => {
  const failing = await runRaw('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3'], Deadline.in(20_000), {
    environment,
  });
  assert.ok(failing.state === 'known');
  assert.equal(failing.value.exitCode, 3);
  assert.equal(Buffer.from(failing.value.stdout).toString(), 'out\n');
  assert.equal(failing.value.stderr, 'err\n');
  const missing = await runRaw('/nowhere/zfs', [], Deadline.in(20_000), { environment });
  assert.equal(missing.state, 'unknown');
});

test('too much output is refused, not kept', async () => {
  const answer = await runRaw('/bin/sh', ['-c', 'yes | head -c 100000'], Deadline.in(20_000), {
    environment,
    limit: 1000,
  });
  assert.ok(answer.state === 'unknown');
  assert.equal(answer.why.kind, 'too-large');
});

test('a NUL in an argument is an answer, not an exception', async () => {
  const answer = await runRaw('/bin/sh', ['a\0b'], Deadline.in(20_000), { environment });
  assert.equal(answer.state, 'unknown');
});

test('the environment is the given one alone', async () => {
  const answer = await runRaw('/usr/bin/env', [], Deadline.in(20_000), { environment });
  assert.ok(answer.state === 'known');
  const lines = Buffer.from(answer.value.stdout).toString().trim().split('\n').sort();
  assert.deepEqual(lines, ['LC_ALL=C', 'PATH=/usr/bin:/bin']);
});

test('a child that cannot be started for lack of descriptors is an answer', () => {
  const script = `
    const { Deadline } = await import('./build/src/host/deadline.js');
    const { runRaw } = await import('./build/src/host/linux/run.js');
    const { runChange } = await import('./build/src/host/linux/change.js');
    const { openSync } = await import('node:fs');
    try { for (;;) openSync('/dev/null'); } catch {}
    const states = [];
    for (const run of [runRaw, runChange]) {
      states.push((await run('/bin/true', [], Deadline.in(5000), { environment: {}, input: 'x' })).state);
    }
    process.stdout.write(states.join(' '));`;
  const command = `ulimit -n 512; exec "$0" --input-type=module -e "$1"`;
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', command, process.execPath, script], {
    encoding: 'utf8',
  });
  assert.equal(stdout, 'unknown unknown', stderr);
});
