import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { Deadline } from '../../../src/host/deadline.js';
import { deviceName } from '../../../src/host/linux/direct-reader.js';
import { LinuxHost } from '../../../src/host/linux/linux-host.js';
import { readWithChild } from '../../../src/host/linux/child-reader.js';
import { known } from '../../../src/host/probe.js';
import { runRaw } from '../../../src/host/linux/run.js';
import { runBlocking } from '../../../src/host/linux/run-blocking.js';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-host-`);
after(() => rmSync(directory, { recursive: true }));
mkdirSync(`${directory}/sub`);
writeFileSync(`${directory}/file`, 'text');
symlinkSync('file', `${directory}/link`);
symlinkSync('nowhere', `${directory}/dangling`);
symlinkSync('loop', `${directory}/loop`);

const host = new LinuxHost({
  deadline: Deadline.in(60_000),
  environment: { PATH: '/usr/bin:/bin', SET: '' },
  userId: 0,
  program: process.execPath,
});

const throughChild = (program: string, args: readonly string[], limit?: number) =>
  runRaw(`/usr/bin/${program}`, args, Deadline.in(60_000), {
    environment: { LC_ALL: 'C' },
    ...(limit === undefined ? {} : { limit }),
  });

test('what the kernel says of paths', async () => {
  assert.equal((await host.stat(`${directory}/nothing`)).state, 'absent');
  assert.deepEqual(await host.stat(`${directory}/file/x`), { state: 'absent', errno: 'ENOTDIR' });
  assert.deepEqual(await host.stat(`${directory}/loop`), { state: 'absent', errno: 'ELOOP' });
  assert.equal((await host.stat(`${directory}/dangling`)).state, 'absent');
  const link = await host.lstat(`${directory}/link`);
  assert.ok(link.state === 'known');
  assert.equal(link.value.kind, 'symlink');
  assert.deepEqual(await host.readLink(`${directory}/link`), { state: 'known', value: 'file' });
});

test('a child sees the same as we do', async () => {
  for (const name of ['file', 'sub', 'link', 'nothing', 'file/x', 'loop']) {
    const path = `${directory}/${name}`;
    assert.deepEqual(await readWithChild.status(throughChild, path, true), await host.stat(path), name);
    assert.deepEqual(await readWithChild.status(throughChild, path, false), await host.lstat(path), name);
  }
  assert.deepEqual(
    await readWithChild.directory(throughChild, directory),
    await host.readDirectory(directory),
  );
  const ours = await host.statFileSystem('/proc');
  const theirs = await readWithChild.fileSystem(throughChild, '/proc');
  assert.ok(ours.state === 'known' && theirs.state === 'known');
  assert.equal(ours.value.type, theirs.value.type);
  assert.deepEqual(await readWithChild.link(throughChild, `${directory}/link`), known('file'));
  assert.deepEqual(
    await readWithChild.link(throughChild, `${directory}/nothing`),
    await host.readLink(`${directory}/nothing`),
  );
  assert.equal((await readWithChild.link(throughChild, `${directory}/file`)).state, 'unknown');
  assert.equal((await host.readLink(`${directory}/file`)).state, 'unknown');
  for (const name of ['file', 'nothing', 'file/x', 'loop']) {
    const path = `${directory}/${name}`;
    const [child, direct] = [
      await readWithChild.directory(throughChild, path),
      await host.readDirectory(path),
    ];
    assert.ok(child.state === 'absent' && direct.state === 'absent', name);
    assert.equal(child.errno, direct.errno, name);
  }
});

test('an entry that goes while its directory is listed does not make the directory absent', async () => {
  const stderr = `/usr/bin/find: '${directory}/sub/gone': No such file or directory\n`;
  const run = () => Promise.resolve(known({ exitCode: 1, stdout: new Uint8Array(), stderr }));
  assert.equal((await readWithChild.directory(run, `${directory}/sub`)).state, 'unknown');
});

test('an empty variable is set', () => {
  assert.deepEqual(host.environment('SET'), { state: 'known', value: '' });
  assert.equal(host.environment('UNSET').state, 'absent');
});

test('device numbers are taken apart as mountinfo writes them', () => {
  assert.equal(deviceName(0x27), '0:39');
  assert.equal(deviceName(0xfe00), '254:0');
  assert.equal(deviceName(0x100012), '0:274');
});

test('a program that a shell starts gets the same words, directory, input and environment', async () => {
  const script = 'pwd; echo "$SET" "$#" "$0" "$@"; cat; exit 3';
  const args = ['-c', script, 'zero', '', '-n', 'a b', '$(false)', "it's", 'two\nlines'];
  const options = {
    environment: { PATH: '/usr/bin:/bin', SET: '*' },
    workingDirectory: directory,
    input: 'read',
  };
  const deadline = Deadline.in(60_000);
  const direct = await runRaw('/bin/sh', args, deadline, options);
  assert.ok(direct.state === 'known' && direct.value.exitCode === 3);
  assert.deepEqual(await runRaw('/bin/sh', args, deadline, { ...options, throughShell: true }), direct);
  assert.deepEqual(await runBlocking('/bin/sh', args, deadline, options), direct);
});

test('why a program was not started is said in the same words, however it is started', async () => {
  const deadline = Deadline.in(60_000);
  for (const program of [`${directory}/missing`, `${directory}/file`]) {
    const direct = await runRaw(program, ['config'], deadline, { environment: {} });
    assert.ok(direct.state === 'unknown' && !direct.why.detail.includes('[object'), program);
    assert.deepEqual(await runBlocking(program, ['config'], deadline, { environment: {} }), direct, program);
  }
});
