import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { readRegularFile } from '../../../src/host/linux/regular-file.js';
import { absent, type Probe } from '../../../src/host/probe.js';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-files-`);
after(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => `${directory}/${name}`;
writeFileSync(at('file'), 'text');
symlinkSync('file', at('link'));
writeFileSync(at('sparse'), '');
truncateSync(at('sparse'), 2 ** 40);
spawnSync('mkfifo', [at('fifo')]);

const read = (path: string, limit = 100): string => outcome(readRegularFile(path, limit));

function outcome(answer: Probe<Uint8Array>): string {
  switch (answer.state) {
    case 'known':
      return `known ${Buffer.from(answer.value).toString()}`;
    case 'absent':
      return answer.errno;
    case 'unknown':
      return answer.why.kind;
  }
}

test('a regular file is read whole, up to its limit', () => {
  assert.equal(read(at('file')), 'known text');
  assert.equal(read(at('file'), 4), 'known text');
  assert.equal(read(at('file'), 3), 'too-large');
  assert.equal(read(at('sparse')), 'too-large');
  assert.deepEqual(readRegularFile(at('none'), 100), absent());
});

test('a file of /proc is read although its size is 0', () => {
  assert.match(read('/proc/self/mountinfo', 1_000_000), /^known .+/);
  assert.equal(read('/proc/self/mountinfo', 10), 'too-large');
});

test('a FIFO, a device or a directory is not opened', () => {
  for (const path of [at('fifo'), '/dev/zero', '/dev/tty', directory])
    assert.equal(read(path), 'failed', path);
  assert.equal(read('/dev/null'), 'known ');
});

test('a symlink is followed unless the caller forbids it', () => {
  assert.equal(read(at('link')), 'known text');
  assert.equal(outcome(readRegularFile(at('link'), 100, { followSymlink: false })), 'failed');
});
