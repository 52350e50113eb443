import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keepVersion } from '../../src/report/keep-version.js';
import { ReportFiles } from '../../src/report/report-file.js';
import { MemoryHost } from '../host/memory-host.js';

const VERSION = {
  version: 1,
  program: '/usr/bin/crio',
  inode: 1,
  size: 2,
  modified: 3,
  output: 'crio version 1.36.3\n',
} as const;
const ROOT = '20 1 0:20 / / rw - ext4 /dev/vda rw\n';
const owner = process.getuid?.() ?? 0;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crio-guard-version-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function keptIn(host: MemoryHost): Promise<{ readonly boot: boolean; readonly lasting: boolean }> {
  const [boot, lasting] = [
    new ReportFiles(`${root}/run`, owner),
    new ReportFiles(`${root}/lib`, owner, 0o700),
  ];
  await keepVersion(host, VERSION, boot, lasting);
  return {
    boot: existsSync(`${root}/run/crio-version.json`),
    lasting: existsSync(`${root}/lib/crio-version.json`),
  };
}

const files = (fstab: string) => ({ '/proc/self/mountinfo': ROOT, '/etc/fstab': fstab });

test('a version is kept for this boot and across boots', async () => {
  assert.deepEqual(await keptIn(new MemoryHost({ files: files('') })), { boot: true, lasting: true });
  assert.equal(statSync(`${root}/lib`).mode & 0o777, 0o700);
});

test('nothing is written below a mountpoint that fstab should have mounted', async () => {
  const host = new MemoryHost({ files: files(`/dev/vdb ${root} ext4 defaults 0 2\n`) });
  assert.deepEqual(await keptIn(host), { boot: true, lasting: false });
});

test('a version that was not asked for, or by another user than root, is not kept', async () => {
  assert.deepEqual(await keptIn(new MemoryHost({ files: files(''), userId: 1000 })), {
    boot: false,
    lasting: false,
  });
  await keepVersion(new MemoryHost({ files: files('') }), undefined, new ReportFiles(`${root}/run`, owner));
  assert.ok(!existsSync(`${root}/run`));
});
