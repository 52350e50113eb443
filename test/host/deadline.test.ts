import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Deadline } from '../../src/host/deadline.js';
import { runRaw } from '../../src/host/linux/run.js';
import { runBlocking } from '../../src/host/linux/run-blocking.js';

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

test('what was begun has time to be undone when the deadline has passed, once', () => {
  const deadline = Deadline.in(0);
  deadline.reserve(20_000);
  assert.ok(deadline.remaining() > 10_000);
  deadline.reserve(90_000);
  assert.ok(deadline.remaining() <= 20_000);
  const far = Deadline.in(60_000);
  far.reserve(10_000);
  assert.ok(far.remaining() > 50_000);
  far.shorten(0);
  far.reserve(10_000);
  assert.ok(far.remaining() > 5_000);
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

for (const [name, run] of Object.entries({ runRaw, runBlocking })) {
  test(`${name}: a program that ignores SIGTERM and whose child holds the pipe ends at the deadline`, async () => {
    const script = 'trap "" TERM; sleep 60 & sleep 60';
    const before = performance.now();
    const answer = await run('/bin/sh', ['-c', script], Deadline.in(300), { environment });
    assert.ok(answer.state === 'unknown');
    assert.equal(answer.why.kind, 'timeout');
    assert.ok(performance.now() - before < 10_000);
  });

  test(`${name}: the exit code is an answer, a missing program is not`, async () => {
    const failing = await run('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3'], Deadline.in(20_000), {
      environment,
    });
    assert.ok(failing.state === 'known');
    assert.equal(failing.value.exitCode, 3);
    assert.equal(Buffer.from(failing.value.stdout).toString(), 'out\n');
    assert.equal(failing.value.stderr, 'err\n');
    const missing = await run('/nowhere/zfs', [], Deadline.in(20_000), { environment });
    assert.equal(missing.state, 'unknown');
  });

  test(`${name}: too much output is refused, not kept`, async () => {
    const answer = await run('/bin/sh', ['-c', 'yes | head -c 100000'], Deadline.in(20_000), {
      environment,
      limit: 1000,
    });
    assert.ok(answer.state === 'unknown');
    assert.equal(answer.why.kind, 'too-large');
  });

  test(`${name}: a NUL in an argument is an answer, not an exception`, async () => {
    const answer = await run('/bin/sh', ['a\0b'], Deadline.in(20_000), { environment });
    assert.equal(answer.state, 'unknown');
  });

  test(`${name}: the environment is the given one alone`, async () => {
    const answer = await run('/usr/bin/env', [], Deadline.in(20_000), { environment });
    assert.ok(answer.state === 'known');
    const lines = Buffer.from(answer.value.stdout).toString().trim().split('\n').sort();
    assert.deepEqual(lines, ['LC_ALL=C', 'PATH=/usr/bin:/bin']);
  });

  test(`${name}: a program that a signal ends has given no answer`, async () => {
    const answer = await run('/bin/sh', ['-c', 'echo begun; kill -SEGV $$'], Deadline.in(20_000), {
      environment,
    });
    assert.ok(answer.state === 'unknown' && answer.why.kind === 'failed');
  });

  test(`${name}: a file that is no program, and a directory that is not there, are no answers`, async () => {
    for (const [program, workingDirectory] of [
      ['/etc/passwd', '/'],
      ['/bin/true', '/nowhere'],
    ] as const) {
      const answer = await run(program, [], Deadline.in(20_000), { environment, workingDirectory });
      assert.ok(answer.state === 'unknown' && answer.why.kind === 'failed', program);
    }
  });

  test(`${name}: a program that does not read its input is no failure`, async () => {
    const input = 'x'.repeat(1_000_000);
    const answer = await run('/bin/true', [], Deadline.in(20_000), { environment, input });
    assert.ok(answer.state === 'known' && answer.value.exitCode === 0);
  });
}

test('a child that cannot be started for lack of descriptors is an answer, however many are free', () => {
  const script = `
    const { Deadline } = await import('./build/src/host/deadline.js');
    const { runRaw } = await import('./build/src/host/linux/run.js');
    const { runBlocking } = await import('./build/src/host/linux/run-blocking.js');
    const { runChange } = await import('./build/src/host/linux/change.js');
    const { closeSync, openSync } = await import('node:fs');
    const opened = [];
    const fill = () => { try { for (;;) opened.push(openSync('/dev/null')); } catch {} };
    for (const run of [runRaw, runBlocking, runChange])
      for (let free = 0; free <= 40; free += 1) {
        fill();
        for (let closed = 0; closed < free; closed += 1) closeSync(opened.pop());
        const answer = await run('/bin/true', [], Deadline.in(5000), { environment: {}, input: 'x' });
        if (free === 0 || free === 40) console.log(run.name, free, answer.why?.detail ?? answer.state);
      }`;
  const command = `ulimit -n 512; exec "$0" --input-type=module -e "$1"`;
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', command, process.execPath, script], {
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, 6, stderr);
  for (const line of lines) assert.match(line, /^\w+ (?:0 .*EMFILE.*|40 known)$/);
});
