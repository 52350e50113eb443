import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isRecord } from '../../src/text/json-record.js';
import { expectedOf, readLines, VERSIONS, type Case } from '../config/corpus.js';
import type { StoreCase } from '../driver/store-corpus.js';

/** What must be there for these tests: a namespace of our own, and a Python that reads TOML. */
const UNSHARE = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
const tried = spawnSync('unshare', [...UNSHARE, '/usr/bin/python3', '-Ic', 'import tomllib']);
const skip = tried.status === 0 ? false : 'needs unshare, mounts and /usr/bin/python3 with tomllib';

const isolated = (...args: readonly string[]) =>
  spawnSync('unshare', [...UNSHARE, process.execPath, ...args], { encoding: 'utf8' });

const configurations = readLines<Case>('config/extra-cases.jsonl');
const stores = readLines<StoreCase>('store/cases.jsonl');
type Line = Partial<Case> | Partial<StoreCase>;

/** Cases that several rows of the versions table decide, and some that none does. */
const IDS = ['x-dup-string-crio', 'x-no110-trailing-comma', 'y-containers-conf-broken', 'x-storageopt-comma', 'x-aufs',
  'ok', 'no-dev-zfs', 'list-fails', 'lock-is-dir', 'root-dangling-symlink', 'root-empty', 'auto-zfs-option',
  'unclean-wipe-mountpoint-broken-layers', 'no-fsname-imagestore', 'layers-json-broken'] as const; // prettier-ignore
const chosen: readonly Line[] = [
  ...[...configurations, ...stores].filter(({ id = '' }) => (IDS as readonly string[]).includes(id)),
  // A storage.conf without roots.
  ...readLines<Case>('config/cases.jsonl').filter(({ id }) => id === '11-0018' || id === '11-0131'),
];

/** A program that plays a version out of these lines, and the file of them. */
function player(lines: readonly Line[], version: string): { readonly crio: string; readonly cases: string } {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-test-'));
  const [crio, cases, script] = ['crio', 'cases.jsonl', 'player.py'].map((name) => join(directory, name));
  assert.ok(crio !== undefined && cases !== undefined && script !== undefined);
  copyFileSync('test/conformance/player.py', script);
  writeFileSync(cases, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(crio, `#!/bin/sh\nexec /usr/bin/python3 -IB ${script} ${cases} ${version} "$@"\n`, {
    mode: 0o755,
  });
  return { crio, cases };
}

function judge(lines: readonly Line[], plays: string, version = '') {
  const { crio, cases } = player(lines, plays);
  const { status, stdout, stderr } = isolated('build/test/conformance/run.js', crio, version, cases);
  assert.equal(stderr, '');
  const printed = stdout.trimEnd().split('\n');
  return {
    status,
    lines: printed.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Case),
    report: printed.filter((line) => !line.startsWith('{')),
    rows: printed.flatMap((line) => /^change the row (\w+)/.exec(line)?.[1] ?? []),
  };
}

/** Of a store the exit code and the messages are compared, not the files that were made. */
function withoutFiles(run: unknown): unknown {
  assert.ok(isRecord(run));
  return { exitCode: run['exitCode'], messages: run['messages'] };
}

describe('make conformance', { skip }, () => {
  it('finds nothing in a version that does what was measured, and prints the measured answers', () => {
    const { status, lines, report } = judge(chosen, '1.36.3');
    assert.deepEqual([status, report.length], [0, 1], report.join('\n'));
    assert.equal(lines.length, chosen.length);
    const version = VERSIONS.find(({ text }) => text === '1.36.3');
    assert.ok(version !== undefined);
    for (const { id, expect } of lines) {
      const given: Readonly<Record<string, unknown>> = chosen.find((line) => line.id === id)?.expect ?? {};
      const measured: unknown = expectedOf(given, version);
      assert.deepEqual(
        expect['1.36.3'],
        Array.isArray(measured) ? [withoutFiles(measured[0])] : measured,
        id,
      );
    }
  });

  it('names the rows that would have to change', () => {
    const { status, rows } = judge(chosen, '1.33.13', '1.36.3');
    assert.equal(status, 1);
    assert.deepEqual(rows.sort(), ['aufsTable', 'doublesLockError', 'fillsRoots', 'toml11']);
  });

  it('shows an answer that no row explains', () => {
    const changed = chosen.map((line) =>
      line.id === 'no-dev-zfs'
        ? { ...line, expect: { '1.36.3': [{ exitCode: 1, messages: ['level=fatal msg="something new"'] }] } }
        : line,
    );
    const { status, rows, report } = judge(changed, '1.36.3');
    assert.deepEqual([status, rows], [1, []]);
    assert.ok(report.some((line) => line.includes('something new')));
  });

  it('says why it cannot run', () => {
    for (const args of [['/nowhere/crio'], [player(chosen, '1.36.3').crio, 'new']]) {
      const { status, stderr } = isolated('build/test/conformance/run.js', ...args);
      assert.equal(status, 2);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
  });
});

describe('the stand-in for CRI-O of the test machine', { skip }, () => {
  it('does with every configuration what each version of CRI-O did', () => {
    const { status, stdout, stderr } = isolated('build/test/conformance/stand-in.js');
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });
});
