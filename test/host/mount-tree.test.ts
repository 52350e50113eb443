import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMountInfo } from '../../src/host/mountinfo.js';
import { MountTree } from '../../src/host/mount-tree.js';

/** As the kernel tells it: a rootfs below the root, two datasets on one another, one hidden, one bound. */
const TABLE = `\
1 1 0:2 / / rw - rootfs rootfs rw
20 1 8:1 / / rw - ext4 /dev/sda1 rw
30 20 0:40 / /data rw - zfs tank/one rw
31 30 0:41 / /data rw - zfs tank/two rw
32 20 0:42 / /srv/h/a rw - zfs tank/hidden rw
33 20 0:43 / /srv/h rw - tmpfs tmpfs rw
34 20 0:41 /sub /mnt/b ro - zfs tank/two rw
35 34 0:44 / /mnt/b/c rw - tmpfs tmpfs rw
`;

test('a path lies on the mount that is seen there', () => {
  const table = parseMountInfo(Buffer.from(TABLE));
  assert.ok(table.state === 'known');
  const tree = MountTree.of(table.value);
  const seen = Object.entries({
    '/': 20,
    '/var/lib': 20,
    '/data': 31,
    '/data/x/y': 31,
    '/database': 20,
    '/srv/h/a': 33,
    '/mnt/b/x': 34,
    '/mnt/b/c/x': 35,
  });
  for (const [path, id] of seen) assert.equal(tree.visible(path)?.id, id, path);
});

test('without a mount on / nothing is known', () => {
  assert.equal(MountTree.of([]).visible('/srv'), undefined);
});
