import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { readOwnFile } from '../../../src/host/linux/own-file.js';
import { known } from '../../../src/host/probe.js';

const US = process.getuid?.() ?? 0;
let directory = '';
let file = '';
beforeEach(() => {
  directory = fs.mkdtempSync(`${tmpdir()}/crio-guard-own-`);
  file = `${directory}/state.json`;
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const why = (owner = US, limit = 1000): string => {
  const answer = readOwnFile(file, limit, owner);
  return answer.state === 'unknown' ? answer.why.detail : answer.state;
};

test('a file of the guard is read whole', () => {
  fs.writeFileSync(file, 'a');
  assert.deepEqual(readOwnFile(file, 10, US), known('a'));
  fs.rmSync(file);
  assert.equal(why(), 'absent');
});

test('a FIFO, a link and a file larger than the limit are not read', () => {
  execFileSync('mkfifo', ['-m', '600', file]);
  assert.match(why(), /not a regular file/);
  fs.rmSync(file);
  fs.symlinkSync('/etc/passwd', file);
  assert.match(why(), /symbolic link/);
  fs.rmSync(file);
  fs.writeFileSync(file, '');
  fs.truncateSync(file, 2 ** 40);
  assert.match(why(), /larger/);
});

test('a file or directory of others, or that others can write, is not obeyed', () => {
  fs.writeFileSync(file, 'a', { mode: 0o600 });
  assert.match(why(US + 1), /owned by root/);
  for (const [path, mode, before] of [
    [file, 0o620, 0o600],
    [file, 0o602, 0o600],
    [directory, 0o770, 0o700],
    [directory, 0o707, 0o700],
  ] as const) {
    fs.chmodSync(path, mode);
    assert.match(why(), /owned by root/);
    fs.chmodSync(path, before);
  }
  assert.equal(why(), 'known');
});
