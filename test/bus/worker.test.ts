import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from '../../src/bus/worker.js';

const LIMITS = { check: 2000, plan: 2000, fix: 2000, revert: 2000 };

/** A worker's socket, behind which `work` is done. */
async function withWorker(
  work: (line: string, socket: Socket) => void,
  then: (worker: Worker, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-worker-'));
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (line: Buffer) => {
      asked.push(line.toString().trim());
      work(line.toString().trim(), socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(directory, 'socket'), resolve));
  try {
    await then(new Worker(join(directory, 'socket'), LIMITS), asked);
  } finally {
    server.close();
    rmSync(directory, { recursive: true });
  }
}

test('the output comes back whole', () =>
  withWorker(
    (line, socket) => socket.end(line.repeat(100_000)),
    async (worker) => {
      const result = await worker.run('check');
      assert.ok(result.kind === 'done');
      assert.equal(result.output, 'check'.repeat(100_000));
    },
  ));

test('those who ask the same at a time share one run', () =>
  withWorker(
    (line, socket) => setTimeout(() => socket.end(line), 50),
    async (worker, asked) => {
      const results = await Promise.all(Array.from({ length: 1000 }, () => worker.run('check')));
      assert.ok(results.every(({ kind }) => kind === 'done'));
      assert.deepEqual(asked, ['check']);
      await worker.run('check');
      assert.equal(asked.length, 2, 'who asks later gets a new answer');
    },
  ));

test('changes go one at a time', () =>
  withWorker(
    (line, socket) => setTimeout(() => socket.end(line), 50),
    async (worker, asked) => {
      const fix = worker.run('fix');
      assert.equal((await worker.run('fix')).kind, 'busy');
      assert.equal((await worker.run('revert')).kind, 'busy');
      assert.equal((await worker.run('check')).kind, 'done', 'a check may go beside it');
      assert.equal((await fix).kind, 'done');
      assert.equal((await worker.run('revert')).kind, 'done');
      assert.deepEqual(asked, ['fix', 'check', 'revert']);
    },
  ));

test('one that hangs is waited for no longer than the limit, and the next is asked', () => {
  let first = true;
  return withWorker(
    (line, socket) => {
      if (!first) socket.end(line);
      first = false;
    },
    async (worker) => {
      assert.match(JSON.stringify(await worker.run('check')), /did not answer in 2000 ms/);
      assert.equal((await worker.run('check')).kind, 'done');
    },
  );
});

test('one that says nothing, dies or is not there', async () => {
  await withWorker(
    (_, socket) => socket.end(),
    async (worker) => assert.match(JSON.stringify(await worker.run('fix')), /gave no answer/),
  );
  await withWorker(
    (_, socket) => socket.destroy(),
    async (worker) => assert.equal((await worker.run('fix')).kind, 'failed'),
  );
  assert.match(JSON.stringify(await new Worker('/nonexistent').run('check')), /could not be asked/);
});

test('an answer without end is cut off', () =>
  withWorker(
    (_, socket) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write('x'.repeat(1024 * 1024)));
      };
      socket.on('drain', more);
      more();
    },
    async (worker) => assert.match(JSON.stringify(await worker.run('check')), /too large|did not answer/),
  ));

test("the words are those of the worker's unit", () => {
  const unit = readFileSync('systemd/system/crio-guard-worker@.service', 'utf8');
  const words = [...unit.matchAll(/^ +(\w+)\) exec @BINDIR@\/crio-guard (.*) ;;/gm)].map(
    ([, word, flags]) => [word, flags],
  );
  assert.deepEqual(words, [
    ['check', '--check --json'],
    ['plan', '--fix --dry-run --json'],
    ['fix', '--fix --json'],
    ['revert', '--revert --json'],
  ]);
});
