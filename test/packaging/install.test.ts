import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { filesBelow, make } from './installation.js';

const work = mkdtempSync(join(tmpdir(), 'crio-guard-install-'));
after(() => rmSync(work, { recursive: true }));

/** What has to lie where its reader looks, by the prefix. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  '/usr': [
    '/usr/lib/systemd/system/crio.service.d/10-crio-guard.conf',
    '/usr/lib/systemd/system/crio-guard-dbus.service',
    '/usr/lib/systemd/catalog/crio-guard.catalog',
    '/usr/lib/sysusers.d/crio-guard.conf',
    '/usr/share/dbus-1/system.d/io.github.crioguard.conf',
    '/usr/share/dbus-1/system-services/io.github.crioguard.Guard1.service',
    '/usr/share/polkit-1/actions/io.github.crioguard.policy',
    '/usr/share/bash-completion/completions/crio-guard',
    '/usr/share/fish/vendor_completions.d/crio-guard.fish',
    '/usr/share/man/man8/crio-guard.8',
    '/usr/share/doc/crio-guard/crio-guard.conf.example',
  ],
  '/usr/local': [
    '/usr/local/lib/systemd/system/crio.service.d/10-crio-guard.conf',
    '/usr/local/lib/systemd/catalog/crio-guard.catalog',
    '/usr/local/lib/sysusers.d/crio-guard.conf',
    '/etc/dbus-1/system.d/io.github.crioguard.conf',
    '/usr/local/share/dbus-1/system-services/io.github.crioguard.Guard1.service',
    '/usr/share/polkit-1/actions/io.github.crioguard.policy',
    '/usr/local/share/zsh/site-functions/_crio-guard',
    '/etc/fish/completions/crio-guard.fish',
    '/usr/local/share/man/man8/crio-guard.8',
  ],
  '/opt/crio-guard': [
    '/opt/crio-guard/bin/crio-guard',
    '/opt/crio-guard/share/crio-guard/main.cjs',
    '/usr/local/lib/systemd/system/crio.service.d/10-crio-guard.conf',
    '/usr/local/lib/systemd/catalog/crio-guard.catalog',
    '/usr/local/lib/sysusers.d/crio-guard.conf',
    '/etc/dbus-1/system.d/io.github.crioguard.conf',
    '/usr/local/share/dbus-1/system-services/io.github.crioguard.Guard1.service',
  ],
};

for (const [prefix, readers] of Object.entries(READERS)) {
  describe(`make install PREFIX=${prefix}`, () => {
    const root = join(work, prefix.replaceAll('/', '-'));
    const variables = [`PREFIX=${prefix}`, `DESTDIR=${root}`, `NODE_PROGRAM=${process.execPath}`];
    const library = `${prefix}/share/crio-guard`;
    const text = (path: string): string => readFileSync(join(root, path), 'utf8');
    before(() => assert.equal(make('install', ...variables), ''));

    it('puts every file where its reader looks', () => {
      const files = filesBelow(root);
      assert.deepEqual(readers.filter((path) => !files.includes(path)), []); // prettier-ignore
    });

    it('writes the absolute paths of Node and of itself into the program and the units', () => {
      assert.equal(text(`${library}/main.cjs`).split('\n')[0], `#!${process.execPath}`);
      assert.equal(readlinkSync(join(root, prefix, 'bin/crio-guard')), '../share/crio-guard/main.cjs');
      const dropIn = readers.find((path) => path.endsWith('10-crio-guard.conf')) ?? '';
      assert.ok(text(dropIn).includes(` ${process.execPath} ${library}/main.cjs --prestart`));
      assert.ok(text(`${library}/program.cjs`).includes(`"${library}/storage.conf"`));
      for (const path of filesBelow(root)) {
        if (path.endsWith('.code') || path === `${prefix}/bin/crio-guard`) continue;
        assert.doesNotMatch(text(path), /@(?:BINDIR|LIBDIR|NODE|TIMEOUT|NODE_VARIABLES)@|env node/, path);
        if (prefix !== '/usr') assert.doesNotMatch(text(path), /\/usr\/(?:bin|share)\/crio\\?-guard/, path);
      }
    });

    it('installs a program that runs', () => {
      const program = join(root, library, 'main.cjs');
      const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: {} });
      assert.equal(status, 0);
      assert.match(stdout, /^crio-guard \d/);
      assert.ok(existsSync(join(root, library, 'program.code')));
      assert.ok(existsSync(join(root, library, 'start.code')));
    });

    it('is taken back by make uninstall', () => {
      make('uninstall', ...variables);
      assert.deepEqual(filesBelow(root), []);
    });
  });
}

describe('make uninstall', () => {
  const prefix = join(work, 'of-this-machine');
  // Directories that other programs use as well.
  const library = join(prefix, 'lib');
  const variables = [`PREFIX=${prefix}`, `SYSTEM_PREFIX=${prefix}`, `LIBDIR=${library}`, `DOCDIR=${library}`];
  for (const name of ['POLKITDIR', 'DBUSPOLICYDIR', 'FISHDIR']) variables.push(`${name}=${prefix}/etc`);

  it('asks the program for the corrections first, and deletes no file of others', () => {
    const said = join(work, 'said');
    const program = join(prefix, 'bin/crio-guard');
    const [other, unit] = [
      join(library, 'other.cjs'),
      join(prefix, 'lib/systemd/system/crio-guard-other.service'),
    ];
    for (const directory of [join(prefix, 'bin'), join(prefix, 'lib/systemd/system')])
      mkdirSync(directory, { recursive: true });
    for (const file of [other, unit]) writeFileSync(file, '');
    writeFileSync(program, `#!/bin/sh\necho "$@" >${said}\ntest -e ${other}\n`);
    chmodSync(program, 0o755);
    make('uninstall', ...variables);
    assert.equal(readFileSync(said, 'utf8'), '--revert --unneeded\n');
    assert.deepEqual(filesBelow(prefix), [other, unit].map((file) => file.slice(prefix.length)).sort());
  });
});

describe('make install', () => {
  const refusal = (program: string): string => {
    const args = ['-s', 'check-node', `NODE_PROGRAM=${program}`];
    const { status, stderr } = spawnSync('make', args, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    assert.equal(status, 2);
    return stderr;
  };

  it('refuses a Node without an absolute path, and one that is too old', () => {
    assert.match(refusal('node'), /not an absolute path/);
    assert.match(refusal('/bin/false'), /older than Node 18\.20/);
  });
});
