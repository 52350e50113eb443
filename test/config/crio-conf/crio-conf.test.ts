import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CRIO, drop, ETC, refusalOf, resolve, storageOf, values, ZFS0 } from '../resolve.js';

const crio = (text: string): Record<string, string> => ({ [ETC]: ZFS0, [CRIO]: `[crio]\n${text}\n` });
const FILE = 'get and merge config from context: update config from file: update config from drop-in file: ';
const PATH = 'get and merge config from context: update config from path: walk path: ';

describe('crio.conf over storage.conf', () => {
  it('b1: what it sets wins, the rest stays', async () => {
    const { root, runroot } = await storageOf({ files: crio('root = "/srv/croot"') });
    assert.equal(root.value, '/srv/croot');
    assert.deepEqual(root.origin, { kind: 'file', path: CRIO, key: 'crio.root', line: 2 });
    assert.deepEqual(root.overrode, [
      { value: '/srv/g', origin: { kind: 'file', path: ETC, key: 'storage.graphroot', line: 3 } },
    ]);
    assert.equal(runroot.value, '/srv/r');
  });

  it('b3, b4: nothing keeps, but it clears the image store', async () => {
    const files = {
      [ETC]: ZFS0.replace('[storage]', '[storage]\nimagestore = "/srv/i"'),
      [CRIO]: '[crio]\nroot = ""\nrunroot = ""\nstorage_driver = ""\nimagestore = ""\n',
    };
    const storage = await storageOf({ files });
    assert.equal(storage.root.value, '/srv/g');
    assert.equal(storage.driver.value, 'zfs');
    assert.equal(storage.imagestore.value, '');
  });

  it('b5, b6: only the table crio counts, in any case', async () => {
    const outside = await storageOf({ files: { [ETC]: ZFS0, [CRIO]: 'root = "/x"\n' } });
    assert.equal(outside.root.value, '/srv/g');
    const capitals = await storageOf({ files: { [ETC]: ZFS0, [CRIO]: '[CRIO]\nROOT = "/x"\n' } });
    assert.equal(capitals.root.value, '/x');
  });

  const lists: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['e1', ['zfs.mountopt=noatime'], ['zfs.fsname=tank/c', 'zfs.mountopt=nodev', 'zfs.mountopt=noatime']],
    ['e2', ['zfs.fsname=tank/c'], ['zfs.mountopt=nodev', 'zfs.fsname=tank/c']],
    ['e3', [], ['zfs.fsname=tank/c', 'zfs.mountopt=nodev']],
    ['e7', ['a=1', 'b=2', 'a=1'], ['zfs.fsname=tank/c', 'zfs.mountopt=nodev', 'b=2', 'a=1']],
  ];
  for (const [name, list, expected] of lists) {
    it(`${name}: options pile up`, async () => {
      const storage = await storageOf({ files: crio(`storage_option = ${JSON.stringify(list)}`) });
      assert.deepEqual(values(storage), expected);
    });
  }

  it('values are taken as they are written', async () => {
    const symlinks = { '/lnk': '/srv' };
    const { root } = await storageOf({ files: crio('root = "/lnk/../$HOME/"'), symlinks });
    assert.equal(root.value, '/lnk/../$HOME/');
  });
});

describe('drop-ins', () => {
  it('are read in byte order, sub-directories at their place, whatever their names', async () => {
    const names = ['10-b.conf', '2-a.conf', 'A.conf', 'a.conf', 'a.conf~', '.hidden', 'sub/z', 'README'];
    const files = Object.fromEntries(names.map((name) => [drop(name), `[crio]\nroot = "/${name}"\n`]));
    const { root } = await storageOf({ files });
    assert.deepEqual(
      [root.value, ...root.overrode.map(({ value }) => value)],
      ['/sub/z', '/a.conf~', '/a.conf', '/README', '/A.conf', '/2-a.conf', '/10-b.conf', '/.hidden', '/var/lib/containers/storage'],
    ); // prettier-ignore
  });

  const refused: readonly (readonly [string, Parameters<typeof refusalOf>[0], string, string])[] = [
    ['c4', { files: { [drop('README')]: 'not TOML' } }, 'drop-in-broken',
      `unable to decode configuration ${drop('README')}: toml: line 1: expected '.' or '=', but got 'T' instead`],
    ['c9', { symlinks: { [drop('x')]: '/nowhere' } }, 'drop-in-missing', `open ${drop('x')}: no such file or directory`],
    ['c11', { directories: ['/srv/d'], symlinks: { [drop('x')]: '/srv/d' } }, 'drop-in-is-directory', `read ${drop('x')}: is a directory`],
    ['c14', { directories: ['/srv/d'], symlinks: { '/etc/crio/crio.conf.d': '/srv/d' } }, 'drop-in-is-directory',
      'read /etc/crio/crio.conf.d: is a directory'],
    ['a loop', { symlinks: { [drop('x')]: 'x' } }, 'drop-in-missing', `open ${drop('x')}: too many levels of symbolic links`],
  ]; // prettier-ignore
  for (const [name, call, kind, words] of refused) {
    it(`${name} is refused`, async () => {
      const refusal = await refusalOf(call);
      assert.equal(refusal.cause.kind, kind);
      assert.equal(refusal.message, `${PATH}${words}`);
    });
  }

  it('may be symlinks, empty, or masked by /dev/null', async () => {
    const files = { [drop('a')]: '', '/srv/x': '[crio]\nroot = "/x"\n' };
    const { root } = await storageOf({
      files,
      symlinks: { [drop('b')]: '/srv/x', [drop('c')]: '/dev/null' },
    });
    assert.equal(root.value, '/x');
  });

  it('c16-c21: --config-dir replaces the directory, may be missing, empty or a file', async () => {
    const files = { [drop('a')]: '[crio]\nroot = "/a"\n', '/opt/d/b': '[crio]\nroot = "/b"\n' };
    const root = async (directory: string): Promise<string> =>
      (await storageOf({ files, flags: ['--config-dir', directory] })).root.value;
    assert.equal(await root('/opt/d'), '/b');
    assert.equal(await root('/opt/d/b'), '/b');
    assert.equal(await root('/opt/none'), '/var/lib/containers/storage');
    assert.equal(await root(''), '/var/lib/containers/storage');
  });
});

describe('what is refused in crio.conf', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['root = 5', 'toml: line 2 (last key "crio.root"): incompatible types: TOML value has type int64; destination has type string'],
    ['storage_option = "a=b"', 'toml: line 2 (last key "crio.storage_option"): incompatible types: TOML value has type string; destination has type slice'],
    ['storage_option = [1, 2]', 'toml: line 2 (last key "crio.storage_option"): incompatible types: TOML value has type int64; destination has type string'],
    ['internal_wipe = "yes"', 'toml: line 2 (last key "crio.internal_wipe"): incompatible types: TOML value has type string; destination has type boolean'],
    ['root = "/a"\nroot = "/b"', "toml: line 3 (last key \"crio.root\"): Key 'crio.root' has already been defined."],
    ['[crio.runtime]\npids_limit = "many"', 'toml: line 3 (last key "crio.runtime.pids_limit"): incompatible types: TOML value has type string; destination has type integer'],
    ['[crio.root]', 'toml: line 2 (last key "crio.root"): incompatible types: TOML value has type map[string]any; destination has type string'],
  ]; // prettier-ignore
  for (const [text, words] of cases) {
    it(JSON.stringify(text), async () => {
      const refusal = await refusalOf({ files: crio(text) });
      assert.equal(refusal.cause.kind, 'crio-conf-broken');
      assert.equal(refusal.message, `${FILE}unable to decode configuration ${CRIO}: ${words}`);
      assert.equal(refusal.cause.file, CRIO);
    });
  }

  it('a file that was named and is missing', async () => {
    const refusal = await refusalOf({ flags: ['-c', '/opt/none'] });
    assert.equal(refusal.cause.kind, 'crio-conf-missing');
    assert.equal(refusal.message, `${FILE}open /opt/none: no such file or directory`);
    const named = await refusalOf({ variables: { CONTAINER_CONFIG: '/opt/none' } });
    assert.equal(named.cause.kind, 'crio-conf-missing');
    await storageOf({ flags: ['--config='] });
  });

  it('a log level, which has nothing to do with storage', async () => {
    const refusal = await refusalOf({ files: crio('[crio.runtime]\nlog_level = "nosuch"') });
    assert.equal(refusal.cause.kind, 'unrelated');
    assert.equal(refusal.message, 'not a valid logrus Level: "nosuch"');
    assert.equal(refusal.cause.line, 3);
    await storageOf({ files: crio('[crio.runtime]\nlog_level = "WARNING"') });
  });

  it('two spellings with different values are left to chance by CRI-O, and not foreseen', async () => {
    const configuration = await resolve({ files: crio('root = "/a"\nRoot = "/b"') });
    assert.equal(configuration.kind, 'unknown');
    await storageOf({ files: crio('root = "/a"\nRoot = "/a"') });
  });
});

describe('flags and variables', () => {
  const files = crio(
    'root = "/srv/croot"\nrunroot = "/srv/crun"\nstorage_driver = "btrfs"\nstorage_option = ["zfs.mountopt=crio"]',
  );

  it('d1-d3: a flag beats its variable, both beat the files', async () => {
    const variables = {
      CONTAINER_ROOT: '/e',
      CONTAINER_RUNROOT: '/er',
      CONTAINER_STORAGE_OPT: 'a=1, b=2 ,a=1',
    };
    const storage = await storageOf({ files, variables, flags: ['-r', '/f', '-s=vfs'] });
    assert.equal(storage.root.value, '/f');
    assert.deepEqual(storage.root.origin, { kind: 'flag', flag: '-r' });
    assert.equal(storage.runroot.value, '/er');
    assert.equal(storage.driver.value, 'vfs');
    assert.deepEqual(values(storage), ['a=1', 'b=2', 'a=1']);
  });

  it('d7: STORAGE_* lose against crio.conf', async () => {
    const variables = { STORAGE_DRIVER: 'vfs', STORAGE_OPTS: 'a=b' };
    const storage = await storageOf({ files, variables });
    assert.equal(storage.driver.value, 'btrfs');
    assert.deepEqual(values(storage), ['a=b', 'zfs.mountopt=crio']);
  });

  it('d12-d14: nothing counts as a value', async () => {
    const variables = { CONTAINER_STORAGE_OPT: '', CONTAINER_RUNROOT: '' };
    const storage = await storageOf({ files, variables, flags: ['--root='] });
    assert.deepEqual(values(storage), ['']);
    assert.equal(storage.root.value, '');
    assert.equal(storage.runroot.value, '');
  });

  it('an unknown flag is refused before crio.conf is read', async () => {
    const refusal = await refusalOf({ files: { [CRIO]: 'broken' }, flags: ['--nosuch'] });
    assert.equal(refusal.cause.kind, 'flag-refused');
    assert.equal(refusal.message, 'flag provided but not defined: -nosuch');
  });

  it('an argument that is no command is refused after it', async () => {
    assert.equal((await refusalOf({ flags: ['/a b'] })).message, 'command "/a b" not supported');
    assert.equal(
      (await refusalOf({ files: { [CRIO]: 'broken' }, flags: ['x'] })).cause.kind,
      'crio-conf-broken',
    );
  });
});
