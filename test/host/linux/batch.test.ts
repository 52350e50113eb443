import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { Batch } from '../../../src/host/linux/batch.js';
import { readBatchWithChild } from '../../../src/host/linux/child-batch.js';
import { Deadline } from '../../../src/host/deadline.js';
import { LinuxHost } from '../../../src/host/linux/linux-host.js';
import type { Probe } from '../../../src/host/probe.js';
import { runRaw } from '../../../src/host/linux/run.js';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-batch-`);
after(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => `${directory}/${name}`;
writeFileSync(at('one'), 'the first\n');
writeFileSync(at('two'), '[{"id":"a"}]');
writeFileSync(at('empty'), '');
writeFileSync(at("it's\na 'name'"), 'odd');
mkdirSync(at('sub'));
symlinkSync('one', at('link'));
symlinkSync('nowhere', at('dangling'));
symlinkSync('loop', at('loop'));
assert.equal(spawnSync('mkfifo', [at('fifo')]).status, 0);
const NAMES = [
  'one',
  'gone',
  'two',
  'empty',
  'one/x',
  "it's\na 'name'",
  'sub',
  'link',
  'dangling',
  'loop',
  'fifo',
];

const deadline = Deadline.in(60_000);
const host = new LinuxHost({ deadline, environment: {}, userId: 0, program: process.execPath });

/** @param meanwhile what happens to the files while a child reads them */
function children(meanwhile: () => void = () => undefined) {
  const started: string[] = [];
  const run = async (program: string, args: readonly string[], limit = 1_000_000) => {
    started.push(program);
    const environment = { LC_ALL: 'C' };
    const answer = await runRaw(`/usr/bin/${program}`, args, deadline, { environment, limit });
    meanwhile();
    return answer;
  };
  return { run, started };
}

/** An answer without the words of its failure, which are each program's own. */
function plain<T>(answer: Probe<T> | undefined): unknown {
  return answer?.state === 'unknown' ? answer.why.kind : answer;
}

function text(answer: Probe<Uint8Array> | undefined): string {
  if (answer?.state === 'known') return Buffer.from(answer.value).toString();
  return answer?.state === 'unknown' ? answer.why.kind : 'absent';
}

test('what is asked in one turn shares a child; the next turn starts another', async () => {
  const asked: string[][] = [];
  const batch = new Batch((paths) => {
    asked.push([...paths]);
    return Promise.resolve(paths.map((path) => path.toUpperCase()));
  });
  assert.deepEqual(await Promise.all([batch.ask('a'), batch.ask('b'), batch.ask('a')]), ['A', 'B', 'A']);
  assert.equal(await batch.ask('c'), 'C');
  assert.deepEqual(asked, [['a', 'b', 'a'], ['c']]);
});

for (const follow of [true, false]) {
  test(`a child sees the ${follow ? 'target' : 'status'} of many paths as a system call does`, async () => {
    const { run } = children();
    const answers = await readBatchWithChild.statuses(run, NAMES.map(at), follow);
    for (const [index, name] of NAMES.entries()) {
      const direct = await (follow ? host.stat(at(name)) : host.lstat(at(name)));
      assert.deepEqual(plain(answers[index]), plain(direct), name);
    }
  });
}

test('a child reads many files as we do, and opens no FIFO', async () => {
  const { run } = children();
  const answers = await readBatchWithChild.files(run, NAMES.map(at), 100);
  for (const [index, name] of NAMES.entries()) {
    assert.deepEqual(plain(answers[index]), plain(await host.readFile(at(name), 100)), name);
  }
});

test('files that are read together share a child', async () => {
  const { run, started } = children();
  const answers = await readBatchWithChild.files(run, [at('one'), at('empty'), at('two')], 100);
  assert.deepEqual(answers.map(text), ['the first\n', '', '[{"id":"a"}]']);
  assert.deepEqual(started, ['find']);
});

test('a file over its limit is too large, the others are not', async () => {
  const answers = await readBatchWithChild.files(children().run, [at('two'), at('one')], 10);
  assert.deepEqual(answers.map(text), ['too-large', 'the first\n']);
});

test('a file that changes while it is read is read again', async () => {
  const { run, started } = children();
  const growing = async (program: string, args: readonly string[], limit?: number) => {
    // The first child prints one byte more than the size that it saw.
    const answer = await run(program, args, limit);
    if (started.length > 1 || answer.state !== 'known') return answer;
    return {
      ...answer,
      value: { ...answer.value, stdout: Buffer.concat([answer.value.stdout, Buffer.from('x')]) },
    };
  };
  const answers = await readBatchWithChild.files(growing, [at('one'), at('two')], 100);
  assert.deepEqual(answers.map(text), ['the first\n', '[{"id":"a"}]']);
  assert.deepEqual(started, ['find', 'find', 'find']);
});

test('a child that does not answer leaves every question unknown', async () => {
  const late = Deadline.in(0);
  const run = (program: string, args: readonly string[]) => runRaw(program, args, late, { environment: {} });
  for (const answer of await readBatchWithChild.files(run, NAMES.map(at), 100))
    assert.equal(plain(answer), 'timeout');
  for (const answer of await readBatchWithChild.statuses(run, NAMES.map(at), true))
    assert.equal(plain(answer), 'timeout');
});
