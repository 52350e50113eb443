import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-unit-`);
after(() => rmSync(directory, { recursive: true }));

const VARIABLES = readFileSync('packaging/node-variables', 'utf8').trim().split('\n');

/** Runs the command line of the drop-in, as systemd passes it to the shell, with this program as crio-guard. */
function start(
  program: string,
  timeout = '/usr/bin/timeout',
  node = process.execPath,
  environment: Readonly<Record<string, string>> = {},
) {
  writeFileSync(`${directory}/main.cjs`, program);
  const unit = readFileSync('systemd/system/crio.service.d/10-crio-guard.conf', 'utf8');
  const script = /^ExecStartPre=\/bin\/sh -c '([^']*)'$/m.exec(unit.replace(/\\\n/g, ' '))?.[1] ?? 'exit 99';
  const filled = script
    .replace(/\$\$/g, '$')
    .replace('@TIMEOUT@', timeout)
    .replace('@NODE_VARIABLES@', VARIABLES.join(' '))
    .replace('@NODE@', node)
    .replace('@LIBDIR@', directory);
  const { status, stderr } = spawnSync('/bin/sh', ['-c', filled], {
    encoding: 'utf8',
    env: { PATH: '/nonexistent', NODE_OPTIONS: '--require /nonexistent', ...environment },
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

test('a Node that is too old leaves one line, and CRI-O starts', () => {
  const old = `${directory}/old-node`;
  const preload = `${directory}/old.cjs`;
  writeFileSync(
    preload,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '16.20.2' } });",
  );
  writeFileSync(old, `#!/bin/sh\nexec ${process.execPath} --require ${preload} "$@"\n`, { mode: 0o755 });
  const program = readFileSync('dist/main.cjs', 'utf8');
  assert.deepEqual(start(program, '/usr/bin/timeout', old), { status: 0, errors: 1 });
});

/** Names in the text of this Node's program that are variables of tests, of people and of all programs. */
const OTHERS = new Set(
  'NODE_JS_CODE NODE_SEA_BLOB NODE_OPTUH NODE_DEBUG_ENABLED NODE_OPTION NODE_MODULE_VERSION'.split(' '),
);

test('every variable that this Node reads is taken out before it starts', () => {
  const help = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' }).stdout;
  // Debian's Node keeps most of the text in a library.
  const files = [process.execPath, ...librariesOf(process.execPath)];
  const text = files.map((file) => readFileSync(file, 'latin1')).join('\0');
  const read = [
    ...help.matchAll(/^(NODE_\w+|UV_\w+)/gm),
    ...text.matchAll(
      /\0(NODE_(?!PERFORMANCE_)[A-Z0-9_]+|OPENSSL_CONF|UV_(?:THREADPOOL_SIZE|USE_IO_URING))(?=\0)/g,
    ),
    ...text.matchAll(/process\.env\.((?:NODE|WATCH)_[A-Z0-9_]+)/g),
  ].map(([, name]) => name ?? '');
  assert.ok(read.includes('NODE_OPTIONS') && read.includes('NODE_EXTRA_CA_CERTS'), read.join(' '));
  const missing = new Set(read.filter((name) => !VARIABLES.includes(name) && !OTHERS.has(name)));
  assert.deepEqual([...missing], []);
});

const librariesOf = (program: string): string[] =>
  [...spawnSync('ldd', [program], { encoding: 'utf8' }).stdout.matchAll(/(\/\S*libnode\.so\S*)/g)].map(
    ([, path]) => path ?? '',
  );

test('the variables of CRI-O reach the program, those of Node do not', () => {
  const variables = Object.fromEntries(VARIABLES.map((name) => [name, '/nonexistent']));
  const program = `const names = ${JSON.stringify(VARIABLES)}.filter((name) => name in process.env);
    if (names.length > 0 || process.env.CONTAINER_ROOT !== '/srv') throw new Error(names.join(' '));
    console.log('stop');`;
  const environment = { ...variables, CONTAINER_ROOT: '/srv' };
  assert.deepEqual(start(program, undefined, undefined, environment), { status: 1, errors: 0 });
});

test('the units of the bus take the same variables out', () => {
  for (const unit of ['crio-guard-dbus.service', 'crio-guard-worker@.service']) {
    assert.match(readFileSync(`systemd/system/${unit}`, 'utf8'), /^UnsetEnvironment=@NODE_VARIABLES@$/m);
  }
});
