import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { after, test } from 'node:test';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram } from '../cli/built-program.js';
import { healthyNode, pathsAskedFor } from './healthy-node.js';
import { lackOfSilence } from './silent-paths.js';

const skip =
  BuiltProgram.lacking ?? (process.getuid?.() === 0 ? false : 'only root can run it as another user');
const node = healthyNode(30);
// With a driver that is named, what a check does not need is not asked.
node.write(
  '/etc/containers/storage.conf',
  '[storage]\ndriver = "vfs"\ngraphroot = "/var/lib/crio/c"\nrunroot = "/run/c"\n',
);
after(() => node.close());

/** `--check --json` as a user who is not root, or as root. */
function check(isUnprivileged: boolean) {
  const { status, stdout, stderr } = node.run(['--check', '--json'], {}, { isUnprivileged });
  const report = parseRecord(stdout);
  const prediction = report?.['prediction'];
  assert.ok(report !== undefined && isRecord(prediction) && stderr === '', stdout + stderr);
  const { verdict } = report;
  assert.equal(status, { ok: 0, warning: 0, error: 1, unknown: 2 }[String(verdict)]);
  return {
    verdict,
    outcome: prediction['outcome'],
    words: JSON.stringify([report['unknown'], report['findings'], prediction['missing']]),
  };
}

/** One of so many paths is tried; UNREADABLE=all tries every one. */
const SHARE = process.env['UNREADABLE'] === 'all' ? 1 : 4;

/** With the file or directory for root alone. */
function withoutPermission<T>(path: string, then: () => T): T {
  const at = node.root + path;
  const status = fs.statSync(at);
  fs.chmodSync(at, status.isDirectory() ? 0o700 : 0);
  try {
    return then();
  } finally {
    fs.chmodSync(at, status.mode & 0o7777);
  }
}

test('a user who is not root gets the same answer where everything is readable', { skip }, () => {
  for (const isUnprivileged of [false, true]) {
    const { verdict, outcome } = check(isUnprivileged);
    assert.deepEqual([verdict, outcome], ['ok', 'starts'], String(isUnprivileged));
  }
});

/** Files with which CRI-O fails, and the directories above that can be closed. */
const DECISIVE: readonly (readonly [path: string, content: string, ...others: readonly string[]])[] = [
  ['/etc/containers/storage.conf', '[storage]\ndriver = "zfs"\ngraphroot = "/srv"\nrunroot = "/run/c"\n'],
  ['/etc/crio/crio.conf', '[crio]\nroot = "/srv"\nstorage_driver = "zfs"\n'],
  ['/etc/crio/crio.conf.d/10.conf', '[crio]\nroot = "/srv"\nstorage_driver = "zfs"\n'],
  // Whether systemd runs decides whether CRI-O gets the variable.
  ['/etc/sysconfig/crio', 'STORAGE_DRIVER=zfs\n', '/run/systemd'],
  ['/run/crio-guard/crio.env', 'STORAGE_DRIVER=zfs\n'],
];

for (const [path, content, ...others] of DECISIVE) {
  test(`that CRI-O fails with ${path} is unknown to a user who may not read it`, { skip }, () => {
    const before = node.read(path);
    node.write(path, content);
    try {
      assert.deepEqual([check(false).verdict, check(true).verdict], ['error', 'error']);
      const directory = path.slice(0, path.lastIndexOf('/'));
      for (const closed of [path, directory, ...others]) {
        const { verdict, outcome, words } = withoutPermission(closed, () => check(true));
        assert.deepEqual([verdict, outcome], ['unknown', 'unknown'], closed);
        assert.ok(words.includes(closed) && words.includes('EACCES'), words);
      }
    } finally {
      if (before === undefined) node.remove(path);
      else node.write(path, before);
    }
  });
}

test('a path that a user may not read is named, or changes nothing', { skip }, () => {
  const asked = pathsAskedFor(node).filter((path) => fs.existsSync(node.root + path));
  node.remove('/recording.json');
  assert.ok(asked.length > 15, asked.join(' '));
  for (const path of asked.filter((_, index) => index % SHARE === 0)) {
    const { verdict, outcome, words } = withoutPermission(path, () => check(true));
    // A path below it is named, or the program that could not be run.
    const isNamed = words.includes(path);
    if (verdict !== 'ok') assert.ok(isNamed, `${path}: ${words}`);
    else assert.equal(outcome, 'starts', path);
    assert.notEqual(verdict, 'error', path);
  }
});

test('a ledger that a user may not read is unknown to them, and no mistake of the node', { skip }, () => {
  for (const directory of ['/var/lib/crio-guard', '/run/crio-guard']) {
    const path = `${directory}/ledger.json`;
    node.write(path, '{"version":1,"entries":[]}', 0o600);
    assert.equal(check(false).verdict, 'ok');
    for (const closed of [path, directory]) {
      const { verdict, words } = withoutPermission(closed, () => check(true));
      assert.equal(verdict, 'unknown');
      assert.match(words, new RegExp(`CG008.*${path}.*EACCES`));
      assert.doesNotMatch(words, /CG003/);
    }
    node.remove(directory);
  }
});

test('settings of crio-guard that a user may not read are unknown to them', { skip }, () => {
  for (const closed of ['/etc/crio-guard/crio-guard.conf', '/etc/crio-guard']) {
    const { verdict, words } = withoutPermission(closed, () => check(true));
    assert.equal(verdict, 'unknown');
    assert.match(words, new RegExp(`CG003.*${closed}.*EACCES`));
    const { status } = withoutPermission(closed, () => node.run(['--config'], {}, { isUnprivileged: true }));
    assert.equal(status, 2);
  }
  assert.equal(node.run(['--config']).status, 0);
});

test(
  'settings on storage that does not answer are unknown, after half of the usual deadline',
  { skip: skip === false ? (lackOfSilence() ?? false) : skip },
  () => {
    const began = process.hrtime.bigint();
    const { status, stdout } = node.run(['--check', '--json'], {}, { silent: ['/etc/crio-guard'] });
    assert.ok(process.hrtime.bigint() - began < 10_000_000_000n);
    assert.equal(status, 2, stdout);
    assert.match(stdout, /could not.*\/etc\/crio-guard/);
  },
);
