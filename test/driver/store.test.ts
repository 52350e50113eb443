import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { diagnoseExample } from '../rules/machine.js';

/** The healthy node's graphroot and runroot. */
const ROOT = '/var/lib/crio/containers';
const RUN = '/run/containers/storage';
const IMAGES = { flags: ['--imagestore', '/srv/images'] };
const tmpfs = (mountpoint: string, options: string) => ({ mountpoint, fileSystem: 'tmpfs', options });

/** What CRI-O says on a node, none where it starts; measured with containers-storage 1.57.2 or read in its source. */
const NODES: readonly (readonly [string, ExampleMachine, string | undefined])[] = [
  ['a file for the driver', { files: { [`${ROOT}/zfs`]: '' } }, `mkdir ${ROOT}/zfs: not a directory`],
  [
    'a dangling link for the driver',
    { files: { [`${ROOT}/`]: '' }, symlinks: { [`${ROOT}/zfs`]: '/nowhere' } },
    `mkdir ${ROOT}/zfs: file exists`,
  ],
  [
    'a link to a directory for the driver',
    { symlinks: { [`${ROOT}/zfs`]: '/srv/z' }, files: { '/srv/z/': '' } },
    undefined,
  ],
  [
    'a file for the images',
    { files: { [`${ROOT}/zfs-images`]: '' } },
    `mkdir ${ROOT}/zfs-images: not a directory`,
  ],
  [
    "a directory for the images' lock",
    { crioVersion: '1.31.2', files: { [`${ROOT}/zfs-images/images.lock/`]: '' } },
    `open ${ROOT}/zfs-images/images.lock: is a directory`,
  ],
  [
    "a directory for the containers' lock",
    { files: { [`${ROOT}/zfs-containers/containers.lock/`]: '' } },
    `open ${ROOT}/zfs-containers/containers.lock: open ${ROOT}/zfs-containers/containers.lock: is a directory`,
  ],
  [
    'a lock that links to itself',
    {
      files: { [`${ROOT}/`]: '' },
      symlinks: { [`${ROOT}/storage.lock`]: `${ROOT}/storage.lock` },
      crioVersion: '1.31.2',
    },
    `open ${ROOT}/storage.lock: too many levels of symbolic links`,
  ],
  [
    'a lock that links into a directory that is not there',
    {
      files: { [`${ROOT}/`]: '' },
      symlinks: { [`${ROOT}/userns.lock`]: '/nowhere/x' },
      crioVersion: '1.31.2',
    },
    `open ${ROOT}/userns.lock: no such file or directory`,
  ],
  [
    'a lock that links to a file that is not there yet',
    { files: { [`${ROOT}/`]: '' }, symlinks: { [`${ROOT}/userns.lock`]: '../x' } },
    undefined,
  ],
  [
    'a directory for a list',
    { files: { [`${ROOT}/zfs-images/images.json/`]: '' } },
    `read ${ROOT}/zfs-images/images.json: is a directory`,
  ],
  [
    'broken lists, images first',
    { files: { [`${ROOT}/zfs-images/images.json`]: '{}', [`${ROOT}/zfs-containers/containers.json`]: '{}' } },
    `loading "${ROOT}/zfs-images/images.json":`,
  ],
  [
    'a broken list of volatile containers',
    { files: { [`${ROOT}/zfs-containers/volatile-containers.json`]: '[1]' } },
    `loading "${ROOT}/zfs-containers/volatile-containers.json":`,
  ],
  [
    'a file for the containers in runroot',
    { files: { [`${RUN}/zfs-containers`]: '' } },
    `mkdir ${RUN}/zfs-containers: not a directory`,
  ],
  [
    'a file for the locks in runroot',
    { files: { [`${RUN}/zfs-locks`]: '' } },
    `mkdir ${RUN}/zfs-locks: not a directory`,
  ],
  [
    'a read-only runroot is met only once the driver works',
    { mounts: [tmpfs(RUN, 'ro')] },
    `mkdir ${RUN}/zfs-containers: read-only file system`,
  ],
  [
    'a read-only image store',
    { ...IMAGES, mounts: [tmpfs('/srv/images', 'ro')] },
    'mkdir /srv/images/zfs: read-only file system',
  ],
  [
    'a read-only image store that was used before',
    {
      ...IMAGES,
      mounts: [tmpfs('/srv/images', 'ro')],
      files: { '/srv/images/zfs/': '', '/srv/images/zfs-images/': '' },
    },
    'open /srv/images/zfs-images/images.lock: open /srv/images/zfs-images/images.lock: read-only file system',
  ],
  [
    'images left in graphroot beside an image store',
    { ...IMAGES, files: { [`${ROOT}/zfs-images/images.json`]: '5' } },
    `loading "${ROOT}/zfs-images/images.json":`,
  ],
  [
    'an image store that is told as it was written',
    { flags: ['--imagestore', '/srv//ro/'], mounts: [tmpfs('/srv', 'ro')] },
    'mkdir /srv//ro/: read-only file system',
  ],
  [
    'a read-only file system mounted on the images',
    { mounts: [tmpfs(`${ROOT}/zfs-images`, 'ro')], files: { [`${ROOT}/zfs-images/`]: '' } },
    `open ${ROOT}/zfs-images/images.lock: open ${ROOT}/zfs-images/images.lock: read-only file system`,
  ],
  [
    'a name that is too long',
    { graphroot: `/var/lib/crio/${'x'.repeat(256)}/y` },
    `mkdir /var/lib/crio/${'x'.repeat(256)}: file name too long`,
  ],
  [
    'a bind mount that is read-only, behind a link',
    {
      graphroot: '/lnk/x',
      symlinks: { '/lnk': '/data' },
      files: { '/data/': '' },
      mounts: [{ mountpoint: '/data', fileSystem: 'zfs', source: 'tank/crio', root: '/sub', options: 'ro' }],
    },
    'mkdir /lnk/x: read-only file system',
  ],
  ['graphroot in /proc', { graphroot: '/proc/x' }, 'mkdir /proc/x: no such file or directory'],
  ['an emptied root comes from storage.conf', { flags: ['--root', ''] }, undefined],
  [
    'both emptied',
    { flags: ['--root', '', '--runroot', ''] },
    'no storage runroot or graphroot specified: missing necessary StoreOptions',
  ],
  [
    'everything emptied is as if nothing were set',
    { driver: '', graphroot: '/srv/c', flags: ['--root', '', '--runroot', ''] },
    undefined,
  ],
];

test('a lock that no file system lets be made, whose words drown in a full stack', async () => {
  const mounts = [{ mountpoint: ROOT, fileSystem: 'proc', source: 'proc' }];
  const files = { [`${ROOT}/mounts/`]: '', [`${ROOT}/zfs/`]: '' };
  const { prediction } = await diagnoseExample({ crioVersion: '1.36.3', mounts, files });
  assert.ok(prediction.outcome === 'fails', JSON.stringify(prediction));
  assert.equal(prediction.cause.kind, 'lock-not-opened');
  assert.equal(prediction.exactWords, false);
});

describe('directories, locks and lists of the store', () => {
  for (const [name, example, words] of NODES) {
    test(name, async () => {
      const { prediction } = await diagnoseExample({ crioVersion: '1.36.3', ...example });
      if (words === undefined) assert.equal(prediction.outcome, 'starts', JSON.stringify(prediction));
      else assert.ok(prediction.outcome === 'fails', JSON.stringify(prediction));
      if (prediction.outcome === 'fails') assert.equal(prediction.words, words);
    });
  }
});
