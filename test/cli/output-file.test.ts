import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { writeOutputFile } from '../../src/cli/output-file.js';

const directory = mkdtempSync(join(tmpdir(), 'crio-guard-output-'));
after(() => rmSync(directory, { recursive: true }));
const host = new LinuxHost({
  deadline: Deadline.in(60_000),
  environment: process.env,
  userId: 0,
  program: process.execPath,
});
const path = (name: string): string => join(directory, name);

test('a file is written, and replaced, in one step and with its own mode', async () => {
  writeFileSync(path('old'), 'before', { mode: 0o666 });
  assert.equal(await writeOutputFile(host, path('old'), 'after', 0o600), undefined);
  assert.equal(readFileSync(path('old'), 'utf8'), 'after');
  assert.equal(lstatSync(path('old')).mode & 0o777, 0o600);
});

// Never with a real device: with the mistake that this test is for, it would be gone from the machine.
test('only a regular file is replaced: not a fifo, device, symlink or directory', async () => {
  writeFileSync(path('target'), 'of somebody else');
  symlinkSync(path('target'), path('link'));
  execFileSync('mkfifo', [path('fifo')]);
  for (const name of ['link', 'fifo', '.']) {
    const kind = lstatSync(path(name)).mode;
    assert.match((await writeOutputFile(host, path(name), 'x', 0o644)) ?? '', /not a regular file/);
    assert.equal(lstatSync(path(name)).mode, kind);
  }
  assert.equal(readFileSync(path('target'), 'utf8'), 'of somebody else');
});

test('what stands in the way is named, with the file that was asked for and no other', async () => {
  assert.equal(
    await writeOutputFile(host, path('no/file'), 'x', 0o644),
    `${path('no/file')}: no such file or directory`,
  );
  assert.ok(readdirSync(directory).every((name) => !name.endsWith('.tmp')));
});
