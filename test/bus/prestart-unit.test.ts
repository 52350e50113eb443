import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-unit-`);
after(() => rmSync(directory, { recursive: true }));

/** Runs the command line of the drop-in, as systemd passes it to the shell, with this program as crio-guard. */
function start(program: string, timeout = '/usr/bin/timeout', node = process.execPath) {
  writeFileSync(`${directory}/main.cjs`, program);
  const unit = readFileSync('systemd/system/crio.service.d/10-crio-guard.conf', 'utf8');
  const script = /^ExecStartPre=\/bin\/sh -c '([^']*)'$/m.exec(unit.replace(/\\\n/g, ' '))?.[1] ?? 'exit 99';
  const filled = script
    .replace(/\$\$/g, '$')
    .replace('@TIMEOUT@', timeout)
    .replace('@ENV@', '/usr/bin/env')
    .replace('@NODE@', node)
    .replace('@LIBDIR@', directory);
  const { status, stderr } = spawnSync('/bin/sh', ['-c', filled], {
    encoding: 'utf8',
    env: { PATH: '/nonexistent', NODE_OPTIONS: '--require /nonexistent' },
  });
  return { status, errors: stderr.split('\n').filter((line) => line.startsWith('<3>crio-guard: ')).length };
}

test('only the word stops the start; every other end leaves one error line', () => {
  assert.deepEqual(start('console.log("stop"); process.exitCode = 1'), { status: 1, errors: 0 });
  assert.deepEqual(start(''), { status: 0, errors: 0 });
  assert.deepEqual(start('throw new Error()'), { status: 0, errors: 1 });
  assert.deepEqual(start('process.kill(process.pid, "SIGKILL")'), { status: 0, errors: 1 });
  assert.deepEqual(start('', '/usr/bin/timeout', '/nonexistent/node'), { status: 0, errors: 1 });
  assert.deepEqual(start('', '/nonexistent/timeout'), { status: 0, errors: 1 });
});
