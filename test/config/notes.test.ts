import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crioVersion } from '../../src/config/installed-crio/crio-version.js';
import { appearanceOf } from '../../src/config/crio-conf/drop-ins.js';
import { CRIO, drop, ETC, notesOf, resolve, ZFS0 } from './resolve.js';

describe('appearanceOf', () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    '10-crio.conf': undefined,
    'x.toml': undefined,
    README: 'text',
    'README.md': 'text',
    'a.conf.bak': 'backup',
    'a.conf~': 'backup',
    'a.conf.old-2': 'backup',
    'a.conf.disabled': 'backup',
    'a.conf.rpmsave': 'package leftover',
    'a.conf.dpkg-old': 'package leftover',
    '._cfg0000_a.conf': 'package leftover',
    '.a.conf.swp': 'swap file',
    '#a.conf#': 'swap file',
    '.hidden': 'hidden',
    '.hidden.conf': 'hidden',
    crio: 'no .conf',
  };
  for (const [name, expected] of Object.entries(cases)) {
    it(name, () => assert.equal(appearanceOf(`/etc/crio/crio.conf.d/${name}`), expected));
  }
});

describe('notes', () => {
  it('a file that is there by accident, and what it does', async () => {
    const files = {
      [drop('a.bak')]: '[crio]\nroot = "/x"\n',
      [drop('b~')]: '',
      [drop('README')]: '# nothing',
    };
    const notes = await notesOf({ files }, 'accidental-drop-in');
    assert.deepEqual(notes.map(({ file, effect }) => [file, effect]), [
      [drop('README'), 'idle'], [drop('a.bak'), 'sets'], [drop('b~'), 'idle'],
    ]); // prettier-ignore
    const broken = await notesOf({ files: { [drop('README')]: 'prose' } }, 'accidental-drop-in');
    assert.equal(broken[0]?.effect, 'stops');
  });

  it('symlinks that lead nowhere, or to a directory', async () => {
    const dangling = await notesOf({ symlinks: { [drop('x.conf')]: '/nowhere' } }, 'dangling-drop-in');
    assert.equal(dangling[0]?.file, drop('x.conf'));
    const directory = { directories: ['/d'], symlinks: { '/etc/crio/crio.conf.d': '/d' } };
    assert.equal((await notesOf(directory, 'symlinked-drop-in-directory')).length, 1);
  });

  it('storage.conf without roots', async () => {
    const call = { files: { [ETC]: '[storage]\ndriver = "zfs"\n' } };
    const [note] = await notesOf(call, 'storage-conf-without-roots');
    assert.deepEqual(note?.missing, ['runroot', 'graphroot']);
    assert.equal(note.fatal, false);
    const [old] = await notesOf(
      { ...call, version: crioVersion('1.31.2', 1, 31, 2) },
      'storage-conf-without-roots',
    );
    assert.equal(old?.fatal, true);
  });

  it('two spellings', async () => {
    const [note] = await notesOf(
      { files: { [CRIO]: '[crio]\nroot = "/a"\nROOT = "/b"\n' } },
      'two-spellings',
    );
    assert.equal(note?.key, 'crio.root');
    assert.deepEqual(note.spellings, ['crio.root', 'crio.ROOT']);
  });

  it('unknown keys of storage.conf, with their lines', async () => {
    const files = { [ETC]: `${ZFS0}[storage.options.nosuch]\na = 1\n[other]\n` };
    const notes = await notesOf({ files }, 'unknown-storage-key');
    assert.deepEqual(notes.map(({ key, line }) => [key, line]), [['storage.options.nosuch', 8], ['other', 10]]); // prettier-ignore
  });

  it('keys outside [crio]', async () => {
    const [note] = await notesOf({ files: { [CRIO]: 'root = "/x"\n' } }, 'misplaced-key');
    assert.deepEqual([note?.key, note?.line], ['root', 1]);
  });

  it('[storage] in containers.conf', async () => {
    const files = { '/etc/containers/containers.conf': '[engine]\n[storage]\ndriver = "zfs"\n' };
    const [note] = await notesOf({ files }, 'storage-in-containers-conf');
    assert.equal(note?.line, 2);
  });

  it('relative roots', async () => {
    const [note] = await notesOf({ flags: ['--root', 'rel/x/..'] }, 'relative-root');
    assert.deepEqual([note?.setting, note?.value, note?.becomes], ['root', 'rel/x/..', '/rel']);
  });

  it('variables without effect', async () => {
    const variables = { STORAGE_DRIVER: 'zfs', STORAGE_OPTS: 'a=b', CONTAINERS_CONF: '/x' };
    const without = await notesOf({ variables }, 'ignored-environment');
    assert.deepEqual(without.map(({ name, because }) => [name, because]), [
      ['CONTAINERS_CONF', 'never read'], ['STORAGE_DRIVER', 'no storage.conf'], ['STORAGE_OPTS', 'no storage.conf'],
    ]); // prettier-ignore
    const files = { [ETC]: ZFS0, [CRIO]: '[crio]\nstorage_driver = "zfs"\n' };
    const over = await notesOf({ files, variables: { STORAGE_DRIVER: 'vfs' } }, 'ignored-environment');
    assert.deepEqual(over.map(({ because }) => because), ['overridden']); // prettier-ignore
    const home = { [ETC]: ZFS0, '/xdg/containers/storage.conf': '' };
    const other = await notesOf(
      { files: home, variables: { XDG_CONFIG_HOME: '/xdg' } },
      'ignored-environment',
    );
    assert.deepEqual(other.map(({ because }) => because), ['another file']); // prettier-ignore
  });

  it('a list that is meant to be emptied', async () => {
    const [note] = await notesOf(
      { files: { [CRIO]: '[crio]\nstorage_option = []\n' } },
      'options-cannot-be-cleared',
    );
    assert.equal(note?.line, 2);
  });

  it('options of another driver', async () => {
    const files = { [ETC]: ZFS0, [CRIO]: '[crio]\nstorage_driver = "overlay"\n' };
    const [note] = await notesOf({ files }, 'options-of-another-driver');
    assert.deepEqual(note?.options.map(({ value }) => value), ['zfs.fsname=tank/c', 'zfs.mountopt=nodev']); // prettier-ignore
    assert.equal((await notesOf({ files: { [ETC]: ZFS0 } }, 'options-of-another-driver')).length, 0);
  });

  it('what storage.conf says and something else overrides', async () => {
    const files = { [ETC]: ZFS0, [CRIO]: '[crio]\nroot = "/x"\nrunroot = "/srv/r"\n' };
    const notes = await notesOf({ files }, 'storage-conf-overridden');
    assert.deepEqual(notes.map(({ setting, value }) => [setting, value]), [['root', '/srv/g']]); // prettier-ignore
  });

  it('an option that a comma tears', async () => {
    const flags = ['--storage-opt', 'zfs.mountopt=nodev,noatime'];
    const [note] = await notesOf({ flags }, 'split-option');
    assert.equal(note?.value, 'noatime');
  });

  it('a driver that is renamed or not named', async () => {
    const overlay = { [ETC]: '[storage]\ndriver = "overlay2"\n' };
    assert.equal((await notesOf({ files: overlay }, 'driver-renamed')).length, 1);
    assert.equal((await notesOf({ files: { [ETC]: '[storage]\n' } }, 'driver-not-named')).length, 1);
  });

  it('an array that 1.36 refuses to have twice', async () => {
    const files = { [CRIO]: '[crio]\nstorage_option = ["a=b"]\nstorage_option = ["c=d"]\n' };
    const [note] = await notesOf({ files, version: crioVersion('1.31.2', 1, 31, 2) }, 'repeated-array');
    assert.deepEqual([note?.key, note?.line], ['crio.storage_option', 3]);
  });

  it('an unsupported version', async () => {
    const { notes } = await resolve({ version: crioVersion('1.50.0', 1, 50, 0) });
    assert.equal(notes[0]?.kind, 'unsupported-version');
  });
});
