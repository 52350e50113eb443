import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import type { Action } from '../../src/fix/actions.js';
import { whyInUse } from '../../src/fix/in-use.js';
import { perform } from '../../src/fix/perform.js';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';

const host = new LinuxHost({ deadline: Deadline.in(60_000), environment: {}, userId: 0, program: '/' });
let root = '';
before(() => {
  root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-in-use-`);
});
after(() => fs.rmSync(root, { recursive: true }));

/** A process that uses the directory in one way, once it runs. */
async function user(directory: string, how: 'cwd' | 'file' | 'lock'): Promise<ChildProcess> {
  const file = `${directory}/storage.lock`;
  const script = {
    cwd: 'echo; sleep 60',
    file: 'exec 5<"$0"; echo; sleep 60',
    lock: 'exec 5<>"$0"; flock 5; echo; sleep 60',
  }[how];
  const child = spawn('/bin/sh', ['-c', script, file], {
    cwd: how === 'cwd' ? directory : '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

for (const how of ['cwd', 'file', 'lock'] as const) {
  test(`a directory that a process uses (${how}) is not renamed or mounted over`, async () => {
    const directory = `${root}/${how}`;
    fs.mkdirSync(directory);
    fs.writeFileSync(`${directory}/storage.lock`, '');
    fs.symlinkSync(how, `${root}/${how}-link`);
    const rename: Action = { kind: 'rename-directory', from: directory, to: `${directory}.aside` };
    const mount = (mountpoint: string): Action => ({ kind: 'mount-dataset', dataset: 'tank/x', mountpoint });
    const child = await user(directory, how);
    try {
      for (const action of [rename, mount(directory), mount(`${root}/${how}-link`)]) {
        const outcome = await perform(host, action);
        assert.ok(outcome.kind === 'failed' && !outcome.touched);
        assert.ok(outcome.why.includes(`sh (process ${child.pid ?? ''}) has `), outcome.why);
      }
      assert.equal(whyInUse(`${root}/other`), undefined);
    } finally {
      // The group: the shell and its sleep.
      process.kill(-(child.pid ?? NaN), 'SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    while (whyInUse(directory) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await perform(host, rename)).kind, 'done');
  });
}

test('processes that cannot be seen are a reason too', () => {
  assert.match(whyInUse('/x', '/nonexistent') ?? '', /cannot see which processes use/);
});
