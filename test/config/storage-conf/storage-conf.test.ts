import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crioVersion } from '../../../src/config/installed-crio/crio-version.js';
import { ETC, refusalOf, resolve, storageOf, values, ZFS0, type Call } from '../resolve.js';

const OLD = crioVersion('1.31.2', 1, 31, 2);
const storageConf = (text: string): Call => ({ files: { [ETC]: text } });
const ROOTS = 'graphroot = "/srv/g"\nrunroot = "/srv/r"\n';

describe('which storage.conf is read', () => {
  it('none: built-in values, and STORAGE_* do nothing', async () => {
    const storage = await storageOf({ variables: { STORAGE_DRIVER: 'zfs', STORAGE_OPTS: 'a=b' } });
    assert.equal(storage.root.value, '/var/lib/containers/storage');
    assert.equal(storage.runroot.value, '/run/containers/storage');
    assert.equal(storage.driver.value, '');
    assert.deepEqual(storage.options, []);
    assert.deepEqual(storage.root.origin, { kind: 'built-in' });
  });

  it('/etc before /usr/share, a dangling symlink counts as absent', async () => {
    const files = { '/usr/share/containers/storage.conf': ZFS0 };
    assert.equal((await storageOf({ files })).root.value, '/srv/g');
    const symlinks = { [ETC]: '/nowhere' };
    assert.equal((await storageOf({ files, symlinks })).root.value, '/srv/g');
    const both = { ...files, [ETC]: `[storage]\ndriver = "vfs"\n${ROOTS}` };
    assert.equal((await storageOf({ files: both })).driver.value, 'vfs');
  });

  it('the one that CONTAINERS_STORAGE_CONF names, relative to the working directory', async () => {
    const files = { '/opt/s.conf': ZFS0, [ETC]: 'broken' };
    const variables = { CONTAINERS_STORAGE_CONF: 's.conf' };
    assert.equal((await storageOf({ files, variables, workingDirectory: '/opt' })).root.value, '/srv/g');
    for (const name of ['/opt/none', '']) {
      const refusal = await refusalOf({ files, variables: { CONTAINERS_STORAGE_CONF: name } });
      assert.equal(refusal.cause.kind, 'storage-conf-missing');
      assert.equal(refusal.message, `error loading server config: stat ${name}: no such file or directory`);
    }
  });

  it('/dev/null as an empty one', async () => {
    const variables = { CONTAINERS_STORAGE_CONF: '/dev/null' };
    assert.equal((await storageOf({ variables })).root.value, '/var/lib/containers/storage');
  });

  it('a directory is refused', async () => {
    const refusal = await refusalOf({ directories: [ETC] });
    assert.equal(refusal.cause.kind, 'storage-conf-is-directory');
    assert.equal(refusal.message, `error loading server config: read ${ETC}: is a directory`);
  });

  it("that of XDG_CONFIG_HOME when there is no other, and its errors always", async () => {
    const path = '/srv/xdg/containers/storage.conf';
    const variables = { XDG_CONFIG_HOME: '/srv/xdg' };
    assert.equal((await storageOf({ files: { [path]: ZFS0 }, variables })).root.value, '/srv/g');
    const both = { [path]: ZFS0, [ETC]: `[storage]\ndriver = "vfs"\n${ROOTS}` };
    assert.equal((await storageOf({ files: both, variables })).driver.value, 'vfs');
    const refusal = await refusalOf({ files: { ...both, [path]: 'x' }, variables });
    assert.equal(refusal.cause.file, path);
  }); // prettier-ignore
});

describe('the options of storage.conf', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a1', '[storage.options.zfs]\nfsname = "tank/c"\nmountopt = "nodev"', ['zfs.fsname=tank/c', 'zfs.mountopt=nodev']],
    ['a3', '[storage.options]\nmountopt = "nodev"\nsize = "10G"\n[storage.options.zfs]\nfsname = "tank/c"',
      ['zfs.size=10G', 'zfs.mountopt=nodev', 'zfs.fsname=tank/c', 'zfs.mountopt=nodev', 'zfs.size=10G']],
    ['a4', '[storage.options]\nmountopt = "nodev"\nsize = "10G"\n[storage.options.zfs]\nfsname = "tank/c"\nmountopt = "noatime"\nsize = "5G"',
      ['zfs.size=10G', 'zfs.mountopt=nodev', 'zfs.fsname=tank/c', 'zfs.mountopt=noatime', 'zfs.size=5G']],
    ['a5', '[storage.options]\nadditionalimagestores = ["/srv/a", "/srv/b"]', ['zfs.imagestore=/srv/a', 'zfs.imagestore=/srv/b']],
    ['other driver', '[storage.options.overlay]\nmountopt = "metacopy=on"', []],
    ['y1', '[storage.options]\nimagestore = "/srv/i"', []],
  ]; // prettier-ignore
  for (const [name, text, expected] of cases) {
    it(name, async () => {
      const storage = await storageOf(storageConf(`[storage]\ndriver = "zfs"\n${ROOTS}${text}\n`));
      assert.deepEqual(values(storage), expected);
    });
  }

  const drivers: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['overlay2', 'overlay', '[storage.options]\nadditionalimagestores = ["/srv/a"]\n[storage.options.overlay]\nmountopt = "nodev"',
      ['overlay2.imagestore=/srv/a', 'overlay.mountopt=nodev']],
    ['', '', '[storage.options]\nadditionalimagestores = ["/srv/a"]\nmountopt = "nodev"', ['.imagestore=/srv/a', '.mountopt=nodev']],
    ['overlay', 'overlay', '[storage.options]\nforce_mask = 0o700', ['overlay.force_mask=700', 'overlay.force_mask=-rwx------']],
    ['btrfs', 'btrfs', '[storage.options]\nsize = "1G"\n[storage.options.btrfs]\nmin_space = "2G"\nsize = "3G"',
      ['btrfs.size=1G', 'btrfs.min_space=2G']],
    ['vfs', 'vfs', '[storage.options.vfs]\nignore_chown_errors = "true"', ['vfs.ignore_chown_errors=true']],
  ]; // prettier-ignore
  for (const [named, driver, text, expected] of drivers) {
    it(`of the driver "${named}"`, async () => {
      const storage = await storageOf(storageConf(`[storage]\ndriver = "${named}"\n${ROOTS}${text}\n`));
      assert.equal(storage.driver.value, driver);
      assert.deepEqual(values(storage), expected);
    });
  }

  it('STORAGE_DRIVER replaces the driver and its table, STORAGE_OPTS the list', async () => {
    const call = storageConf(ZFS0);
    const other = await storageOf({ ...call, variables: { STORAGE_DRIVER: 'vfs' } });
    assert.equal(other.driver.value, 'vfs');
    assert.deepEqual(other.driver.overrode.map(({ value }) => value), ['zfs']); // prettier-ignore
    assert.deepEqual(values(other), []);
    assert.deepEqual(values(await storageOf({ ...call, variables: { STORAGE_OPTS: 'a=b,c' } })), [
      'a=b',
      'c',
    ]);
    assert.deepEqual(values(await storageOf({ ...call, variables: { STORAGE_OPTS: '' } })), []);
  });
});

describe('the roots of storage.conf', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/srv/g/', '/srv/g'],
    ['/srv/./a/../g', '/srv/g'],
    ['rel/g', 'rel/g'],
    ['$HOME/g', '/root/g'],
    ['$UID/g', '0/g'],
    ['$NOSUCH/g', '/g'],
    ['~/g', '~/g'],
    ['/srv/lnk', '/srv/real'],
    ['/srv/lnk/new', '/srv/lnk/new'],
    ['/srv/dangling', '/srv/dangling'],
    [' /srv/g ', ' /srv/g '],
    ['/', '/'],
  ];
  for (const [written, expected] of cases) {
    it(JSON.stringify(written), async () => {
      const storage = await storageOf({
        files: { [ETC]: `[storage]\ndriver = "zfs"\nrunroot = "/srv/r"\ngraphroot = "${written}"\n` },
        directories: ['/srv/real'],
        symlinks: { '/srv/lnk': 'real', '/srv/dangling': '/nowhere' },
      });
      assert.equal(storage.root.value, expected);
      assert.deepEqual(storage.root.origin, { kind: 'file', path: ETC, key: 'storage.graphroot', line: 4 });
    });
  }

  it('are demanded by CRI-O 1.31 and filled in by 1.36', async () => {
    const text = '[storage]\ngraphroot = "/srv/g"\n';
    assert.equal((await storageOf(storageConf(text))).runroot.value, '/run/containers/storage');
    for (const [file, missing] of [
      [text, 'runroot'],
      ['[storage]\nrunroot = "/srv/r"', 'graphroot'],
      ['', 'runroot'],
      ['[storage]\nrunroot = ""\ngraphroot = "/srv/g"', 'runroot'],
    ] as const) {
      const refusal = await refusalOf({ ...storageConf(file), version: OLD });
      assert.equal(refusal.cause.kind, 'roots-missing');
      assert.equal(refusal.message, `error loading server config: ${missing} must be set`);
    }
  });

  it('are filled in from 1.34.0 on', async () => {
    const roots = async (minor: number) =>
      (await resolve({ ...storageConf('[storage]\n'), version: crioVersion('', 1, minor, 0) })).kind;
    assert.equal(await roots(33), 'refused');
    assert.equal(await roots(34), 'resolved');
  });

  it('take rootless_storage_path, even as root', async () => {
    const storage = await storageOf(storageConf('[storage]\nrootless_storage_path = "$HOME/rl"\n'));
    assert.equal(storage.root.value, '/root/rl');
  });

  it('must not be the image store', async () => {
    const refusal = await refusalOf(storageConf(`[storage]\n${ROOTS}imagestore = "/srv/g"\n`));
    assert.equal(refusal.cause.kind, 'imagestore-is-graphroot');
    assert.equal(
      refusal.message,
      'error loading server config: imagestore /srv/g must either be not set or be a different than graphroot',
    );
    assert.equal(refusal.cause.line, 4);
  });
});

describe('what is refused in storage.conf', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['[storage]\ndriver = 5', 'toml: line 2 (last key "storage.driver"): incompatible types: TOML value has type int64; destination has type string'],
    ['[storage]\n\ngraphroot = ["a"]', 'toml: line 3 (last key "storage.graphroot"): incompatible types: TOML value has type []any; destination has type string'],
    ['[storage.options.zfs]\nfsname = true', 'toml: line 2 (last key "storage.options.zfs.fsname"): incompatible types: TOML value has type bool; destination has type string'],
    ['[storage.options]\nforce_mask = "0700"', 'toml: line 2 (last key "storage.options.force_mask"): incompatible types: TOML value has type string; destination has type integer'],
    ['[[storage.options]]', 'toml: line 1 (last key "storage.options"): type mismatch for config.OptionsConfig: expected table but found []map[string]any'],
    ['[STORAGE]\nDriver = 1.5', 'toml: line 2 (last key "STORAGE.Driver"): incompatible types: TOML value has type float64; destination has type string'],
    ['storage.driver_priority = "zfs"', 'toml: line 1 (last key "storage.driver_priority"): incompatible types: TOML value has type string; destination has type slice'],
    ['[storage.options]\nauto-userns-min-size = 4294967296', 'toml: line 2 (last key "storage.options.auto-userns-min-size"): 4294967296 is out of range for uint32'],
  ]; // prettier-ignore
  for (const [text, words] of cases) {
    it(JSON.stringify(text), async () => {
      const refusal = await refusalOf(storageConf(text));
      assert.equal(refusal.cause.kind, 'storage-conf-broken');
      assert.equal(refusal.message, `error loading server config: ${words}`);
      assert.equal(refusal.cause.file, ETC);
      assert.ok(refusal.exactWords);
    });
  }

  it('of several wrong types one, in words that may differ', async () => {
    const refusal = await refusalOf(storageConf('[storage]\ndriver = 1\nrunroot = 2'));
    assert.equal(refusal.exactWords, false);
  });

  it('keys are found whatever their case, ſ and the Kelvin sign included', async () => {
    const storage = await storageOf(storageConf('["\u017ftorage"]\nDRIVER = "zfs"\nRunRoot = "/srv/r"\n'));
    assert.equal(storage.driver.value, 'zfs');
    assert.equal(storage.runroot.value, '/srv/r');
  });
});
