import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ReportFiles } from '../../src/report/report-file.js';
import { decideWriting } from '../../src/report/journal/restart-loop.js';
import { HEALTHY, NOW, reportOn } from './example-report.js';

const US = process.getuid?.() ?? 0;

test('the report is readable by all, whole, and without the facts', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  try {
    const directory = join(parent, 'run');
    const files = new ReportFiles(directory, US);
    const report = await reportOn(HEALTHY);
    const { next } = decideWriting(undefined, report, NOW);
    assert.equal(files.readLast(), undefined);
    assert.equal(files.writeReport(report), undefined);
    assert.equal(files.writeLast(next), undefined);
    assert.equal(statSync(directory).mode & 0o777, 0o755);
    assert.equal(statSync(join(directory, 'report.json')).mode & 0o777, 0o644);
    assert.deepEqual(readdirSync(directory).sort(), ['last-report.json', 'report.json']);
    assert.deepEqual(
      JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8')),
      JSON.parse(JSON.stringify({ ...report, facts: undefined })),
    );
    assert.deepEqual(files.readLast(), next);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('the version of CRI-O is kept for the next start, in one step', () => {
  const parent = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  try {
    const directory = join(parent, 'run');
    const version = {
      version: 1 as const,
      program: '/usr/bin/crio',
      inode: 1,
      size: 2,
      modified: 3,
      output: 'crio version 1.36.3\n',
    };
    new ReportFiles(directory).writeVersion(version);
    assert.deepEqual(readdirSync(directory), ['crio-version.json']);
    assert.equal(statSync(join(directory, 'crio-version.json')).mode & 0o777, 0o644);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, 'crio-version.json'), 'utf8')), version);
    // What a later version has written is left to it.
    const later = '{"version":2}';
    writeFileSync(join(directory, 'crio-version.json'), later, { mode: 0o644 });
    new ReportFiles(directory).writeVersion(version);
    assert.equal(readFileSync(join(directory, 'crio-version.json'), 'utf8'), later);
    writeFileSync(join(parent, 'file'), '');
    assert.doesNotThrow(() => new ReportFiles(join(parent, 'file')).writeVersion(version));
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('what cannot be written is said and never thrown', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  try {
    writeFileSync(join(parent, 'run'), '');
    const files = new ReportFiles(join(parent, 'run'), US);
    assert.equal(typeof files.writeReport(await reportOn(HEALTHY)), 'string');
    assert.equal(files.readLast(), undefined);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('a directory that somebody else could have a hand in is not written to', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  try {
    const report = await reportOn(HEALTHY);
    const directory = join(parent, 'run');
    mkdirSync(join(parent, 'elsewhere'));
    symlinkSync(join(parent, 'elsewhere'), join(parent, 'link'));
    assert.match(
      new ReportFiles(join(parent, 'link'), US).writeReport(report) ?? '',
      /owned by root and writable only by root/,
    );
    assert.deepEqual(readdirSync(join(parent, 'elsewhere')), []);
    mkdirSync(directory);
    assert.match(
      new ReportFiles(directory, US + 1).writeReport(report) ?? '',
      /owned by root and writable only by root/,
    );
    chmodSync(directory, 0o777);
    assert.match(
      new ReportFiles(directory, US).writeReport(report) ?? '',
      /owned by root and writable only by root/,
    );
    assert.deepEqual(readdirSync(directory), []);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('a symlink in the place of the report is replaced, and what it points to is left alone', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  try {
    const [directory, target] = [join(parent, 'run'), join(parent, 'target')];
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(target, 'of somebody else');
    symlinkSync(target, join(directory, 'report.json'));
    assert.equal(new ReportFiles(directory, US).writeReport(await reportOn(HEALTHY)), undefined);
    assert.equal(readFileSync(target, 'utf8'), 'of somebody else');
    assert.equal(statSync(join(directory, 'report.json')).mode & 0o777, 0o644);
    assert.equal(statSync(directory).mode & 0o777, 0o755, 'a strict umask had hidden it');
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('what a killed run has left is removed with the next report, once no run can still be writing it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-'));
  try {
    const left = (name: string, minutes: number): string => {
      const path = join(directory, name);
      writeFileSync(path, '');
      const then = Date.now() / 1000 - 60 * minutes;
      utimesSync(path, then, then);
      return name;
    };
    left('.crio-guard.condition.abc1.tmp', 3);
    left('.crio-guard.crio-version.json.0z.tmp', 60);
    const young = left('.crio-guard.condition.abc2.tmp', 1);
    const others = ['.crio-guard.tmp', '.other.report.json.abc.tmp', '.crio-guard.x.abc.swp'].map((name) =>
      left(name, 60),
    );
    symlinkSync('/etc/passwd', join(directory, '.crio-guard.report.json.link.tmp'));
    const files = new ReportFiles(directory, US);
    files.writeText('condition', 'x');
    files.writeReport(await reportOn(HEALTHY));
    assert.deepEqual(
      readdirSync(directory).sort(),
      [...others, young, '.crio-guard.report.json.link.tmp', 'condition', 'report.json'].sort(),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
