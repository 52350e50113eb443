import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../../src/fix/actions.js';
import { parseMountInfo } from '../../../src/host/mountinfo.js';
import { ZFS_SUPER_MAGIC } from '../../../src/host/host.js';
import { PlannedHost } from '../../../src/fix/planned/planned-host.js';
import { machineHost } from '../../rules/machine.js';

const unmounted = machineHost({
  datasets: [
    { name: 'tank', mountpoint: 'none' },
    { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
  ],
  files: { '/var/lib/crio/storage.lock': '', '/etc/crio/crio.conf.d/10-a.conf': '' },
});

const on = (...actions: Action[]): PlannedHost => new PlannedHost(unmounted, actions);
const names = async (host: PlannedHost, path: string): Promise<string[]> => {
  const entries = await host.readDirectory(path);
  return entries.state === 'known' ? entries.value.map(({ name }) => name) : [entries.state];
};

const mount: Action = { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/var/lib/crio' };

test('without actions it is the host', async () => {
  const host = on();
  for (const path of ['/var/lib/crio', '/nowhere', '/etc/crio/crio.conf.d']) {
    assert.deepEqual(await host.stat(path), await unmounted.stat(path));
    assert.deepEqual(await host.readDirectory(path), await unmounted.readDirectory(path));
  }
});

test('a written file stands in its directory, last by its name, and reads as written', async () => {
  const path = '/etc/crio/crio.conf.d/zz.conf';
  const host = on({ kind: 'write-file', path, content: '[crio]\n', mode: 0o644, previous: null });
  assert.deepEqual(await names(host, '/etc/crio/crio.conf.d'), ['10-a.conf', 'zz.conf']);
  const text = await host.readFile(path);
  assert.ok(text.state === 'known');
  assert.equal(Buffer.from(text.value).toString(), '[crio]\n');
  const status = await host.stat(path);
  assert.ok(status.state === 'known');
  assert.equal(status.value.kind, 'file');
});

test('directories that are made one in the other exist, empty', async () => {
  const host = on(
    { kind: 'make-directory', path: '/etc/a', mode: 0o755 },
    { kind: 'make-directory', path: '/etc/a/b', mode: 0o755 },
  );
  assert.deepEqual(await names(host, '/etc/a'), ['b']);
  assert.deepEqual(await names(host, '/etc/a/b'), []);
  const parent = await host.stat('/etc/a/b');
  const real = await unmounted.stat('/etc');
  assert.ok(parent.state === 'known' && real.state === 'known');
  assert.equal(parent.value.device, real.value.device);
});

test('a mounted dataset shows in the table, in stat, in statfs and in the list', async () => {
  const host = on(mount);
  const table = await host.readFile('/proc/self/mountinfo');
  assert.ok(table.state === 'known');
  const mounts = parseMountInfo(table.value);
  assert.ok(mounts.state === 'known');
  const last = mounts.value.at(-1);
  assert.equal(last?.mountpoint, '/var/lib/crio');
  assert.equal(last.source, 'tank/crio');
  const status = await host.stat('/var/lib/crio');
  assert.ok(status.state === 'known');
  assert.equal(status.value.device, last.device);
  const fileSystem = await host.statFileSystem('/var/lib/crio/containers');
  assert.ok(fileSystem.state === 'known');
  assert.equal(fileSystem.value.type, ZFS_SUPER_MAGIC);
});

test('what lay in the directory is hidden by the mount, and lies aside after the rename', async () => {
  assert.equal((await on(mount).stat('/var/lib/crio/storage.lock')).state, 'absent');
  const aside: Action = { kind: 'rename-directory', from: '/var/lib/crio', to: '/var/lib/crio.aside' };
  const host = on(aside, mount);
  assert.equal((await host.stat('/var/lib/crio/storage.lock')).state, 'absent');
  assert.equal((await host.stat('/var/lib/crio.aside/storage.lock')).state, 'known');
  assert.equal((await host.stat('/var/lib/crio')).state, 'known');
});

test('a mountpoint that is not there yet is made by the mount', async () => {
  const elsewhere: Action = { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/var/lib/new' };
  const status = await on(elsewhere).stat('/var/lib/new');
  assert.ok(status.state === 'known');
  assert.equal(status.value.kind, 'directory');
});

test('so are the directories above it', async () => {
  const deep: Action = { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/nowhere/yet/new' };
  assert.equal((await on(deep).stat('/nowhere/yet/new')).state, 'known');
  const fileSystem = await on(deep).statFileSystem('/nowhere/yet/new/containers');
  assert.ok(fileSystem.state === 'known');
  assert.equal(fileSystem.value.type, ZFS_SUPER_MAGIC);
});

test('a file that is taken away is gone from its directory, too', async () => {
  const path = '/etc/crio/crio.conf.d/10-a.conf';
  const host = new PlannedHost(unmounted, [], new Set([path]));
  assert.equal((await host.readFile(path)).state, 'absent');
  assert.equal((await host.stat(path)).state, 'absent');
  assert.deepEqual(await names(host, '/etc/crio/crio.conf.d'), []);
});
