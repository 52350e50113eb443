import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCleanShutdown } from '../../../src/facts/store/clean-shutdown.js';
import { environmentPath, readKubelet } from '../../../src/facts/node/kubelet.js';
import { findLeakedMounts } from '../../../src/facts/node/leaked-mounts.js';
import { parseMountInfo } from '../../../src/host/mountinfo.js';
import { parseSanoid } from '../../../src/facts/node/snapshot-tools.js';
import { valueOf } from '../../../src/host/probe.js';
import { MemoryHost } from '../../host/memory-host.js';

test('sections of sanoid.conf inherit from their template', () => {
  const sections = parseSanoid(
    [
      '# comment',
      '[tank/a]',
      '\tuse_template = production',
      '\trecursive = yes ; below, too',
      '[tank/b]',
      'use_template = none',
      '[tank/c]',
      'use_template = none',
      'autosnap = yes',
      'recursive = zfs',
      '[tank/d]',
      '[template_production]',
      'autosnap = yes',
      '[template_none]',
      'autosnap = no',
    ].join('\n'),
  );
  assert.deepEqual(sections, [
    { dataset: 'tank/a', takesSnapshots: true, recursive: 'yes' },
    { dataset: 'tank/b', takesSnapshots: false, recursive: 'no' },
    { dataset: 'tank/c', takesSnapshots: true, recursive: 'zfs' },
    { dataset: 'tank/d', takesSnapshots: true, recursive: 'no' },
  ]);
});

test('the last PATH of a unit counts, in any quoting', () => {
  assert.equal(environmentPath('[Service]\nExecStart=/usr/bin/kubelet\n'), undefined);
  assert.equal(environmentPath('Environment=PATH=/a:/b\n'), '/a:/b');
  assert.equal(environmentPath('Environment="X=1" "PATH=/a"\nEnvironment=\'PATH=/c\' Y=2\n'), '/c');
  assert.equal(environmentPath('Environment=MYPATH=/a\n'), undefined);
});

test('a drop-in changes the PATH of kubelet, one in /etc hides that of the package', async () => {
  const host = new MemoryHost({
    files: {
      '/usr/lib/systemd/system/kubelet.service': '[Service]\n',
      '/usr/lib/systemd/system/kubelet.service.d/10-path.conf': '[Service]\nEnvironment=PATH=/usr/sbin\n',
      '/etc/systemd/system/kubelet.service.d/10-path.conf': '[Service]\nEnvironment=PATH=/opt/bin\n',
    },
  });
  assert.equal(valueOf(await readKubelet(host))?.path, '/opt/bin');
});

test('a host without kubelet has none', async () => {
  assert.equal((await readKubelet(new MemoryHost({}))).state, 'absent');
});

const unclean = { '/var/lib/crio/clean.shutdown.supported': '' };
const procs = '/sys/fs/cgroup/system.slice/crio.service/cgroup.procs';

test('a running CRI-O is found, although its files look as after a crash', async () => {
  const host = new MemoryHost({
    files: { ...unclean, [procs]: '17\n18\n', '/proc/17/comm': 'node\n', '/proc/18/comm': 'crio\n' },
  });
  assert.deepEqual((await readCleanShutdown(host)).running, { state: 'known', value: true });
});

test('in ExecStartPre the unit has processes other than CRI-O', async () => {
  const host = new MemoryHost({ files: { ...unclean, [procs]: '17\n', '/proc/17/comm': 'node\n' } });
  assert.deepEqual((await readCleanShutdown(host)).running, { state: 'known', value: false });
});

test('after a clean shutdown the processes are not read', async () => {
  const host = new MemoryHost({ files: { ...unclean, '/var/lib/crio/clean.shutdown': '' } });
  assert.equal((await readCleanShutdown(host)).running, undefined);
});

const layer = (id: string, mountpoint: string): string =>
  `612 580 0:51 / ${mountpoint} rw,relatime - zfs tank/crio/${id} rw,xattr,noacl\n`;

test('a layer is leaked when another namespace has it below graphroot and the host does not', async () => {
  const here = layer('mounted', '/srv/zfs/graph/mounted');
  const host = new MemoryHost({
    symlinks: { '/proc/1/ns/mnt': 'mnt:[1]', '/proc/5/ns/mnt': 'mnt:[5]', '/proc/6/ns/mnt': 'mnt:[5]' },
    files: {
      '/proc/1/mountinfo': here,
      '/proc/5/mountinfo': here + layer('gone', '/srv/zfs/graph/gone') + layer('own', '/'),
      '/proc/5/cgroup': '0::/system.slice/rsyslog.service\n',
      '/proc/6/mountinfo': layer('twice', '/srv/zfs/graph/twice'),
    },
  });
  const leaked = await findLeakedMounts(host, '/srv', parseMountInfo(Buffer.from(here)));
  assert.deepEqual(valueOf(leaked), [
    { dataset: 'tank/crio/gone', mountpoint: '/srv/zfs/graph/gone', pid: 5, unit: 'rsyslog.service' },
  ]);
});
