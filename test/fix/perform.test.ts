import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import type { Action } from '../../src/fix/actions.js';
import { perform } from '../../src/fix/perform.js';
import { undo } from '../../src/fix/undo.js';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { withoutProgram } from '../without-program.js';

const host = new LinuxHost({
  deadline: Deadline.in(60_000),
  environment: {},
  userId: process.getuid?.() ?? 0,
  program: '/',
});
let root = '';

beforeEach(() => {
  root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-fix-`);
  fs.mkdirSync(`${root}/crio.conf.d`);
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const write = (previous: string | null): Extract<Action, { kind: 'write-file' }> => ({
  kind: 'write-file',
  path: `${root}/crio.conf.d/zz.conf`,
  content: 'new\n',
  mode: 0o644,
  previous,
});

test('a file is written whole, nothing stands beside it, and undo removes it', async () => {
  assert.equal((await perform(host, write(null))).kind, 'done');
  assert.equal(fs.readFileSync(`${root}/crio.conf.d/zz.conf`, 'utf8'), 'new\n');
  assert.deepEqual(fs.readdirSync(`${root}/crio.conf.d`), ['zz.conf']);
  assert.deepEqual(fs.readdirSync(root), ['crio.conf.d']);
  assert.equal((await undo(host, write(null))).kind, 'done');
  assert.deepEqual(fs.readdirSync(`${root}/crio.conf.d`), []);
  assert.equal((await undo(host, write(null))).kind, 'done');
});

test('a file that was there is put back byte for byte', async () => {
  fs.writeFileSync(`${root}/crio.conf.d/zz.conf`, 'old');
  assert.equal((await perform(host, write('old'))).kind, 'done');
  assert.equal((await undo(host, write('old'))).kind, 'done');
  assert.equal(fs.readFileSync(`${root}/crio.conf.d/zz.conf`, 'utf8'), 'old');
});

/** Node has no call for extended attributes. */
const python = (script: string, path: string): string =>
  spawnSync('python3', ['-c', `import os, sys; ${script}`, path], { encoding: 'utf8' }).stdout.trim();

test(
  'a file that is replaced hands its mode, owner and attributes on, and gets them back',
  { skip: withoutProgram('python3') },
  async () => {
    const { path } = write('old');
    fs.writeFileSync(path, 'old');
    if (process.getuid?.() === 0) fs.chownSync(path, 7, 8);
    fs.chmodSync(path, 0o640);
    python('os.setxattr(sys.argv[1], "user.crioguard", b"kept")', path);
    const facts = () => {
      const { mode, uid, gid } = fs.statSync(path);
      return [mode & 0o7777, uid, gid, python('print(os.getxattr(sys.argv[1], "user.crioguard"))', path)];
    };
    const before = facts();
    for (const step of [perform, undo]) {
      assert.equal((await step(host, write('old'))).kind, 'done');
      assert.deepEqual(facts(), before);
      assert.deepEqual(fs.readdirSync(root), ['crio.conf.d']);
    }
    assert.equal(fs.readFileSync(path, 'utf8'), 'old');
  },
);

test('a directory that is made has its mode whatever the umask, the one of a renamed directory too', async () => {
  const umask = process.umask(0o077);
  try {
    const make: Action = { kind: 'make-directory', path: `${root}/made`, mode: 0o755 };
    for (const round of ['first', 'again']) {
      assert.equal((await perform(host, make)).kind, 'done', round);
      assert.equal(fs.statSync(make.path).mode & 0o7777, 0o755, round);
      assert.equal((await undo(host, make)).kind, 'done', round);
    }
    assert.equal((await perform(host, make)).kind, 'done');
    const rename: Action = { kind: 'rename-directory', from: make.path, to: `${root}/aside` };
    assert.equal((await perform(host, rename)).kind, 'done');
    for (const path of [rename.from, rename.to]) assert.equal(fs.statSync(path).mode & 0o7777, 0o755, path);
    assert.equal((await undo(host, rename)).kind, 'done');
    assert.equal(fs.statSync(make.path).mode & 0o7777, 0o755);
  } finally {
    process.umask(umask);
  }
});

test('the next write or undo removes what a killed write has left, and nothing of others', async () => {
  const ours = ['.crio-guard.zz.conf.0abc.tmp', '.crio-guard.zz.conf.9z.tmp'];
  const others = ['.crio-guard.other.conf.0abc.tmp', '.crio-guard.zz.conf.0abc.tmp~', 'zz.conf.tmp'];
  fs.mkdirSync(`${root}/.crio-guard.zz.conf.dir.tmp`);
  fs.symlinkSync('nowhere', `${root}/.crio-guard.zz.conf.link.tmp`);
  for (const step of [perform, undo]) {
    for (const name of [...ours, ...others]) fs.writeFileSync(`${root}/${name}`, '');
    assert.equal((await step(host, write(null))).kind, 'done');
    const left = fs.readdirSync(root).filter((name) => name !== 'crio.conf.d');
    assert.deepEqual(
      left.sort(),
      [...others, '.crio-guard.zz.conf.dir.tmp', '.crio-guard.zz.conf.link.tmp'].sort(),
    );
  }
});

test('a file that changed since the plan is not written, one that changed since the writing not undone', async () => {
  fs.writeFileSync(`${root}/crio.conf.d/zz.conf`, 'other');
  assert.equal((await perform(host, write(null))).kind, 'failed');
  assert.equal((await undo(host, write(null))).kind, 'left');
  assert.equal(fs.readFileSync(`${root}/crio.conf.d/zz.conf`, 'utf8'), 'other');
});

test('a symbolic link in the way is refused', async () => {
  fs.mkdirSync(`${root}/elsewhere`);
  fs.rmdirSync(`${root}/crio.conf.d`);
  fs.symlinkSync('elsewhere', `${root}/crio.conf.d`);
  assert.equal((await perform(host, write(null))).kind, 'failed');
  const make: Action = { kind: 'make-directory', path: `${root}/crio.conf.d/x`, mode: 0o700 };
  assert.equal((await perform(host, make)).kind, 'failed');
  assert.deepEqual(fs.readdirSync(`${root}/elsewhere`), []);
});

test('a directory is taken back only when it is empty', async () => {
  const make: Action = { kind: 'make-directory', path: `${root}/containers`, mode: 0o700 };
  assert.equal((await perform(host, make)).kind, 'done');
  assert.equal(fs.statSync(make.path).mode & 0o777, 0o700);
  fs.writeFileSync(`${make.path}/layer`, '');
  assert.equal((await undo(host, make)).kind, 'left');
  assert.ok(fs.existsSync(`${make.path}/layer`));
  fs.unlinkSync(`${make.path}/layer`);
  assert.equal((await undo(host, make)).kind, 'done');
  assert.ok(!fs.existsSync(make.path));
});

test('a skeleton is renamed aside and comes back', async () => {
  fs.mkdirSync(`${root}/crio`);
  fs.writeFileSync(`${root}/crio/storage.lock`, '');
  const action: Action = { kind: 'rename-directory', from: `${root}/crio`, to: `${root}/crio.aside` };
  assert.equal((await perform(host, action)).kind, 'done');
  assert.deepEqual(fs.readdirSync(`${root}/crio`), []);
  assert.equal((await undo(host, action)).kind, 'done');
  assert.deepEqual(fs.readdirSync(`${root}/crio`), ['storage.lock']);
});

test('what has come since the plan was made is neither renamed aside nor mounted over', async () => {
  const from = `${root}/crio`;
  const aside: Action = { kind: 'rename-directory', from, to: `${root}/aside` };
  const mount: Action = { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: from };
  fs.mkdirSync(`${from}/containers/zfs`, { recursive: true });
  fs.writeFileSync(`${from}/containers/storage.lock`, '');
  fs.writeFileSync(`${from}/containers/a-file`, '');
  for (const [action, name] of [
    [aside, `${from}/containers/a-file`],
    [mount, `${from}/containers`],
  ] as const) {
    const performed = await perform(host, action);
    assert.ok(performed.kind === 'failed' && !performed.touched);
    assert.equal(performed.why, `${name} has come since the plan was made`);
  }
  fs.unlinkSync(`${from}/containers/a-file`);
  assert.equal((await perform(host, aside)).kind, 'done');
  assert.deepEqual(fs.readdirSync(from), []);
});
