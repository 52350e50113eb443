import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { contains } from '../../../src/host/containment.js';
import { valueOf } from '../../../src/host/probe.js';
import { HangingStorage } from '../../../src/host/linux/hanging-storage.js';
import type { Reachability } from '../../../src/host/linux/reachability.js';

const links = mkdtempSync(`${tmpdir()}/crio-guard-links-`);
after(() => rmSync(links, { recursive: true }));
symlinkSync('/srv/gone/data', `${links}/to-gone`);

const MOUNTS: readonly (readonly [mountpoint: string, type: string, source: string])[] = [
  ['/', 'ext4', '/dev/vda'],
  ['/proc', 'proc', 'proc'],
  ['/srv/good', 'zfs', 'good/srv'],
  ['/srv/gone', 'zfs', 'gone'],
  ['/srv/gone/below', 'tmpfs', 'tmpfs'],
  ['/srv/odd', 'zfs', 'odd'],
  ['/net', 'nfs4', 'server:/export'],
  ['/usr', 'zfs', 'gone/usr'],
  ['/srv/good/lib/crio', 'zfs', 'gone/crio'],
  ['/srv/good/lib/fuse', 'fuse.sshfs', 'server:/'],
  ['/covered', 'zfs', 'gone/covered'],
  ['/covered', 'ext4', '/dev/vdb'],
];

/** The mount that each of them was made on. */
function parentOf(index: number): number {
  if (index === 0) return 1;
  const place = MOUNTS[index]![0];
  const above = MOUNTS.map(([mountpoint], id) => ({ mountpoint, id })).filter(
    ({ mountpoint, id }) => id < index && contains(mountpoint, place),
  );
  return (
    20 + above.reduce((best, next) => (next.mountpoint.length >= best.mountpoint.length ? next : best)).id
  );
}

const storage = valueOf(
  HangingStorage.of({
    mountInfo: Buffer.from(
      MOUNTS.map(
        ([mountpoint, type, source], index) =>
          `${index + 20} ${parentOf(index)} 0:${index + 30} / ${mountpoint} rw - ${type} ${source} rw\n`,
      ).join(''),
    ),
    program: '/usr/share/crio-guard/main.cjs',
    poolState: (pool) => ({ good: 'DEGRADED', gone: 'SUSPENDED' })[pool],
  }),
);

const reach = (path: string): readonly [Reachability['status']['kind'], Reachability['content']['kind']] => {
  assert.ok(storage !== undefined);
  const { status, content } = storage.reach(path);
  return [status.kind, content.kind];
};

test('what lies on local disks and in memory is touched directly', () => {
  assert.deepEqual(reach('/etc/crio/crio.conf'), ['direct', 'direct']);
  assert.deepEqual(reach('/srv/gone/below/file'), ['direct', 'direct']);
});

test('a pool is asked by a child alone, except for the root directory of a mounted dataset', () => {
  assert.deepEqual(reach('/srv/good'), ['direct', 'child']);
  assert.deepEqual(reach('/srv/good/containers'), ['child', 'child']);
});

test('a network mount is touched by a child alone', () => {
  assert.deepEqual(reach('/net'), ['child', 'child']);
  assert.deepEqual(reach('/net/a'), ['child', 'child']);
});

test('below the mountpoint of a pool that does not work nothing is asked, with the reason', () => {
  assert.deepEqual(reach('/srv/gone'), ['direct', 'never']);
  assert.deepEqual(reach('/srv/gone/data'), ['never', 'never']);
  const { status } = storage?.reach('/srv/gone/data') ?? {};
  assert.ok(status?.kind === 'never');
  assert.equal(status.why, 'it lies on the pool gone, which is SUSPENDED');
});

test('a symlink is followed to where it leads', () => {
  assert.deepEqual(reach(`${links}/to-gone`), ['never', 'never']);
});

test('a pool whose state cannot be read is taken as one that works', () => {
  assert.deepEqual(reach('/srv/odd/a'), ['child', 'child']);
});

test('what this program itself was read from works', () => {
  assert.deepEqual(reach('/usr/bin/zfs'), ['direct', 'direct']);
});

test('the last mount on the physical path decides', () => {
  assert.deepEqual(reach('/srv/good/lib'), ['child', 'child']);
  assert.deepEqual(reach('/srv/good/lib/crio/containers'), ['never', 'never']);
  assert.deepEqual(reach('/srv/good/lib/fuse/containers'), ['child', 'child']);
});

test('a mount that another one hides does not decide', () => {
  assert.deepEqual(reach('/covered/file'), ['direct', 'direct']);
});

test('a table of mounts that is not understood gives no answer', () => {
  const broken = { mountInfo: Buffer.from('x\n'), program: '/', poolState: () => undefined };
  assert.equal(HangingStorage.of(broken).state, 'unknown');
});
