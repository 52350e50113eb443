import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluateSymlinks, physicalPath } from '../../src/host/symlinks.js';
import { absent, valueOf } from '../../src/host/probe.js';
import { MemoryHost, unreadable } from '../host/memory-host.js';

const host = new MemoryHost({
  files: { '/srv/real/file': 'text' },
  symlinks: {
    '/srv/lnk': '/srv/real',
    '/srv/rel': 'lnk/../real',
    '/srv/loop': 'loop',
    '/srv/dangling': '/nowhere',
    '/srv/real/up': '..',
  },
  failing: { '/secret': unreadable('/secret') },
});

describe('MemoryHost', () => {
  it('follows symlinks as the kernel does', async () => {
    assert.equal(new TextDecoder().decode(valueOf(await host.readFile('/srv/rel/up/lnk/file'))), 'text');
    assert.equal(valueOf(await host.stat('/srv/lnk'))?.kind, 'directory');
    assert.equal(valueOf(await host.lstat('/srv/lnk'))?.kind, 'symlink');
    assert.equal(valueOf(await host.lstat('/srv/lnk/'))?.kind, 'directory');
    assert.equal(valueOf(await host.readLink('/srv/rel')), 'lnk/../real');
  });

  it('tells the reasons for which there is nothing', async () => {
    assert.deepEqual(await host.stat('/srv/none'), absent('ENOENT'));
    assert.deepEqual(await host.stat('/srv/dangling'), absent('ENOENT'));
    assert.deepEqual(await host.stat('/srv/real/file/x'), absent('ENOTDIR'));
    assert.deepEqual(await host.stat('/srv/loop'), absent('ELOOP'));
    assert.deepEqual(await host.stat(''), absent('ENOENT'));
  });

  it('lists a directory in byte order', async () => {
    const names = valueOf(await host.readDirectory('/srv'))?.map(({ name }) => name);
    assert.deepEqual(names, ['dangling', 'lnk', 'loop', 'real', 'rel']);
  });

  it('fails where it is told to', async () => {
    assert.equal((await host.readFile('/secret/x')).state, 'unknown');
  });
});

describe('evaluateSymlinks', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['/srv/lnk', '/srv/real'],
    ['/srv/rel/file', '/srv/real/file'],
    ['/srv/real/up/lnk/../real', '/srv/real'],
    ['/srv//real/./', '/srv/real'],
    ['srv/lnk', '/srv/real'],
    ['srv/real', 'srv/real'],
    ['../srv/real', '../srv/real'],
    ['', '.'],
    ['/srv/lnk/none', undefined],
    ['/srv/loop', undefined],
    ['/srv/real/file/..', undefined],
  ];
  for (const [path, expected] of cases) {
    it(`${path} is ${expected ?? 'nothing'}`, async () => {
      assert.equal(valueOf(await evaluateSymlinks(host, path, '/')), expected);
    });
  }
  it('does not answer when a part cannot be looked at', async () => {
    assert.equal((await evaluateSymlinks(host, '/secret/x', '/')).state, 'unknown');
  });
});

describe('the physical path', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/', '/'],
    ['/srv/real/file', '/srv/real/file'],
    ['/srv/lnk/none/x', '/srv/real/none/x'],
    ['/srv/rel/up/lnk', '/srv/real'],
    ['/srv/dangling/a', '/nowhere/a'],
    ['/srv/none/../real', '/srv/real'],
    ['/secret/x/y', '/secret/x/y'],
  ];
  for (const [path, expected] of cases) {
    it(`of ${path} is ${expected}`, async () => {
      assert.equal(await physicalPath(host, path), expected);
    });
  }
});
