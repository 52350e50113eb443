import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diagnoseExample } from '../rules/machine.js';

/** Options that a driver refuses, graphroot on ext4. */
const OPTIONS: readonly (readonly [driver: string, option: string, words: string | undefined])[] = [
  ['overlay', 'ZFS.FSName=tank/crio', 'overlay: unknown option ZFS.FSName'],
  ['overlay', 'overlay2.mountopt=nodev', undefined],
  ['overlay', 'mountopt=nodev', undefined],
  [
    'overlay',
    'overlay.size=10G',
    'storage option overlay.size and overlay.inodes only supported for backingFS XFS. Found extfs',
  ],
  ['overlay', 'overlay.size=0', undefined],
  ['overlay', 'overlay.size=lots', "invalid size: 'lots'"],
  ['overlay', 'overlay.size=1 bushel', "invalid suffix: 'bushel'"],
  ['overlay', 'overlay.inodes=x', 'strconv.ParseUint: parsing "x": invalid syntax'],
  ['overlay', 'overlay.skip_mount_home=maybe', 'strconv.ParseBool: parsing "maybe": invalid syntax'],
  ['overlay', 'overlay.force_mask=-rwx------', 'strconv.ParseInt: parsing "-rwx------": invalid syntax'],
  [
    'overlay',
    'overlay.mount_program=/nowhere',
    'overlay: can\'t stat program "/nowhere": faccessat /nowhere: no such file or directory',
  ],
  ['vfs', 'overlay.mountopt=nodev', 'vfs driver does not support overlay.mountopt options'],
  ['vfs', '.mountopt=nodev', 'vfs driver does not support .mountopt options'],
  ['vfs', 'vfs.mountopt=nodev', 'vfs driver does not support mount options'],
  ['vfs', '.imagestore=/srv', undefined],
  ['vfs', 'vfs.ignore_chown_errors=maybe', 'strconv.ParseBool: parsing "maybe": invalid syntax'],
  ['zfs', 'ZFS.Foo=Bar', 'unknown option zfs.foo'],
  ['zfs', '.mountopt=nodev', 'unknown option .mountopt'],
  ['zfs', 'fsname=tank', 'unknown option fsname'],
  ['btrfs', 'btrfs.min_space=1G', 'failed to GetDriver graph btrfs /srv/c: driver not supported'],
];

describe('options of the drivers', () => {
  for (const [driver, option, words] of OPTIONS) {
    test(`${driver}: ${option}`, async () => {
      const flags = ['--storage-opt', option];
      const { prediction } = await diagnoseExample({
        crioVersion: '1.36.3',
        graphroot: '/srv/c',
        driver,
        flags,
      });
      assert.equal(prediction.outcome, words === undefined ? 'starts' : 'fails', JSON.stringify(prediction));
      if (prediction.outcome === 'fails') assert.equal(prediction.words, words);
    });
  }
});

describe('overlay where the kernel cannot mount it', () => {
  const words = (graphroot: string): string =>
    `kernel does not support overlay fs: 'overlay' is not supported over extfs at "${graphroot}/overlay": ` +
    'backing file system is unsupported for this graph driver';

  test('on a path with a colon', async () => {
    const { prediction } = await diagnoseExample({
      crioVersion: '1.36.3',
      driver: 'overlay',
      graphroot: '/srv/a:b',
    });
    assert.ok(prediction.outcome === 'fails', JSON.stringify(prediction));
    assert.equal(prediction.words, words('/srv/a:b'));
  });

  test('fuse-overlayfs stands in for it, on ZFS too', async () => {
    const files = { '/usr/bin/fuse-overlayfs': '' };
    for (const graphroot of ['/srv/a:b', '/var/lib/crio/containers']) {
      const { prediction } = await diagnoseExample({
        crioVersion: '1.36.3',
        driver: 'overlay',
        graphroot,
        files,
      });
      assert.equal(prediction.outcome, 'starts', JSON.stringify(prediction));
    }
  });
});
