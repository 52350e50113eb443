import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LockFile, type ChangeLock, type LockResult } from '../../src/fix/lock.js';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { ledgerIn } from './held-lock.js';

const host = new LinuxHost({ deadline: Deadline.in(60_000), environment: {}, userId: 0, program: '/' });
const owner = process.getuid?.() ?? 0;
const holder = fileURLToPath(new URL('lock-holder.js', import.meta.url));
let directory = '';
beforeEach(() => (directory = fs.mkdtempSync(`${tmpdir()}/crio-guard-lock-`)));
afterEach(() => fs.rmSync(directory, { recursive: true }));

const take = (wait = 0): Promise<LockResult> => new LockFile(directory, owner).take(host, wait);

async function taken(wait = 0): Promise<ChangeLock> {
  const result = await take(wait);
  assert.ok(result.kind === 'held', JSON.stringify(result));
  return result.lock;
}

test('one holder at a time; the next one waits for its turn, up to its limit', async () => {
  const first = await taken();
  assert.equal((await take()).kind, 'failed');
  const began = performance.now();
  assert.equal((await take(300)).kind, 'failed');
  assert.ok(performance.now() - began >= 290);
  const second = taken(10_000);
  setTimeout(() => first.release(), 100);
  (await second).release();
  (await taken()).release();
});

test('the lock of a killed process is free', async () => {
  const child = spawn(process.execPath, [holder, 'hold', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const word = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text))),
  );
  assert.equal(word.trim(), 'held');
  assert.equal((await take()).kind, 'failed');
  child.kill('SIGKILL');
  await exited;
  (await taken()).release();
});

test('a program that the holder starts, and leaves behind, does not keep the lock', async () => {
  const lock = await taken();
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  lock.release();
  (await taken()).release();
  child.kill();
});

test('a lock file that was replaced is not taken for the lock', async () => {
  const old = await taken();
  const waiting = take(10_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  fs.unlinkSync(`${directory}/lock`);
  const current = await taken();
  old.release();
  setTimeout(() => current.release(), 200);
  const late = await waiting;
  assert.ok(late.kind === 'held' && !current.isHeld);
  late.lock.release();
});

test('nothing is locked in a directory where others can write, or through a symbolic link', async () => {
  fs.chmodSync(directory, 0o777);
  assert.equal((await take()).kind, 'failed');
  fs.chmodSync(directory, 0o755);
  fs.symlinkSync('/nonexistent', `${directory}/lock`);
  assert.equal((await take()).kind, 'failed');
});

test('entries that eight processes write at the same time are all kept', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const run = promisify(execFile);
  await Promise.all(ids.map((id) => run(process.execPath, [holder, 'write', directory, id])));
  const ledger = ledgerIn(directory).read();
  assert.ok(!('error' in ledger));
  assert.equal(ledger.entries.length, ids.length * 5);
});
