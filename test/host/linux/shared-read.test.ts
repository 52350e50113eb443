import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { readWithChild } from '../../../src/host/linux/child-reader.js';
import { Deadline } from '../../../src/host/deadline.js';
import { LinuxHost } from '../../../src/host/linux/linux-host.js';
import type { Probe } from '../../../src/host/probe.js';
import { runRaw } from '../../../src/host/linux/run.js';
import { SharedRead } from '../../../src/host/linux/shared-read.js';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-shared-`);
after(() => rmSync(directory, { recursive: true }));
const [one, two, empty] = [`${directory}/one`, `${directory}/two`, `${directory}/empty`] as const;
writeFileSync(one, 'the first\n');
writeFileSync(two, '[{"id":"a"}]');
writeFileSync(empty, '');

const deadline = Deadline.in(60_000);
const host = new LinuxHost({ deadline, environment: {}, userId: 0, program: process.execPath });

/** @param meanwhile what happens to the files while a child reads them */
function shared(meanwhile: () => void = () => undefined) {
  const children: string[][] = [];
  const run = async (program: string, args: readonly string[], limit = 0) => {
    children.push(args.slice(1));
    const answer = await runRaw(`/usr/bin/${program}`, args, deadline, { environment: {}, limit });
    meanwhile();
    return answer;
  };
  const read = new SharedRead(
    (paths, limit) => readWithChild.files(run, paths, limit),
    (path) => host.stat(path),
  );
  return { children, read };
}

function text(answer: Probe<Uint8Array> | undefined): string {
  if (answer?.state === 'known') return Buffer.from(answer.value).toString();
  return answer?.state === 'unknown' ? answer.why.kind : 'absent';
}

test('files that are read together share a child, and stay separate', async () => {
  const { children, read } = shared();
  const answers = await Promise.all([one, empty, two].map((path) => read.read(path, 100)));
  assert.deepEqual(answers.map(text), ['the first\n', '', '[{"id":"a"}]']);
  assert.deepEqual(children, [[one, empty, two]]);
  assert.equal(text(await read.read(two, 100)), '[{"id":"a"}]');
  assert.deepEqual(children.length, 2);
});

test('a file over its limit is too large, the others are not', async () => {
  const { read } = shared();
  const answers = await Promise.all([read.read(one, 3), read.read(two, 100)]);
  assert.deepEqual(answers.map(text), ['too-large', '[{"id":"a"}]']);
});

test('a file that changes while it is read is read by itself', async () => {
  let changes = 0;
  const { children, read } = shared(() => {
    if (++changes === 1) writeFileSync(one, 'A new one\n');
  });
  const answers = await Promise.all([read.read(one, 100), read.read(two, 100)]);
  assert.deepEqual(answers.map(text), ['A new one\n', '[{"id":"a"}]']);
  assert.deepEqual(children, [[one, two], [one], [two]]);
});

test('a file that is gone takes no other with it', async () => {
  const { read } = shared();
  const answers = await Promise.all([read.read(`${directory}/gone`, 100), read.read(two, 100)]);
  assert.deepEqual(answers.map(text), ['absent', '[{"id":"a"}]']);
});
