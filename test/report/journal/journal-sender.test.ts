import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Deadline } from '../../../src/host/deadline.js';
import { LinuxHost } from '../../../src/host/linux/linux-host.js';
import type { JournalRecord } from '../../../src/report/journal/journal-record.js';
import { sendRecords } from '../../../src/report/journal/journal-sender.js';

const RECORDS: readonly JournalRecord[] = ['one', 'two', 'three'].map((text) => [
  ['MESSAGE', text],
  ['PRIORITY', '4'],
]);

interface Sent {
  readonly taken: number;
  readonly stderr: string;
  /** What the stand-in for logger was given. */
  readonly given: string;
  readonly milliseconds: number;
}

/** Sends with a shell script in the place of logger, which appends what it is given to $1/given. */
async function send(script: string, withSocket = true): Promise<Sent> {
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  const server = createServer();
  try {
    writeFileSync(join(directory, 'given'), '');
    writeFileSync(join(directory, 'logger'), `#!/bin/sh\ncd ${directory}\n${script}\n`);
    chmodSync(join(directory, 'logger'), 0o755);
    const socket = join(directory, 'socket');
    if (withSocket) await new Promise<void>((resolve) => server.listen(socket, resolve));
    const host = new LinuxHost({
      deadline: Deadline.in(10_000),
      environment: {},
      userId: 0,
      program: process.execPath,
    });
    const stderr: string[] = [];
    const began = performance.now();
    const warn = (text: string) => stderr.push(text);
    const taken = await sendRecords(RECORDS, { host, path: directory, warn, limit: 700, socket });
    const milliseconds = performance.now() - began;
    const given = readFileSync(join(directory, 'given'), 'utf8');
    return { taken, stderr: stderr.join(''), given, milliseconds };
  } finally {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test('journald takes all: standard error stays empty', async () => {
  const { taken, stderr, given } = await send('cat >> given; echo . >> given');
  assert.equal(taken, 3);
  assert.equal(stderr, '');
  assert.equal(
    given,
    'MESSAGE=one\nPRIORITY=4\n.\nMESSAGE=two\nPRIORITY=4\n.\nMESSAGE=three\nPRIORITY=4\n.\n',
  );
});

test('without the socket everything goes to standard error, and logger is not asked', async () => {
  const { taken, stderr, given } = await send('cat >> given', false);
  assert.equal(taken, 0);
  assert.equal(given, '');
  assert.equal(stderr, '<4>crio-guard: one\n<4>crio-guard: two\n<4>crio-guard: three\n');
});

test('after the first failure nothing more is tried, and nothing is reported twice', async () => {
  const { taken, stderr, given } = await send(
    'cat > last; if grep -q two last; then exit 1; fi; cat last >> given',
  );
  assert.equal(taken, 1);
  assert.equal(given, 'MESSAGE=one\nPRIORITY=4\n');
  assert.equal(stderr, '<4>crio-guard: two\n<4>crio-guard: three\n');
});

test('a journald that hangs costs the limit once', async () => {
  const { taken, stderr, milliseconds } = await send("trap '' TERM; sleep 20");
  assert.equal(taken, 0);
  assert.equal(stderr.split('\n').length, 4);
  assert.ok(milliseconds < 3000, `${milliseconds} ms`);
});
