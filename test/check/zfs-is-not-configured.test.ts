import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zfsIsNotConfigured } from '../../src/check/zfs-is-not-configured.js';
import { MemoryHost } from '../host/memory-host.js';

const OVERLAY = '[storage]\ndriver = "overlay"\n';
const UNIT = '[Service]\nExecStart=/usr/bin/crio \\\n  $CRIO_CONFIG_OPTIONS \\\n  $CRIO_STORAGE_OPTIONS\n';
const FILES = { '/etc/containers/storage.conf': OVERLAY, '/usr/lib/systemd/system/crio.service': UNIT };

const quiet = (files: Record<string, string>, environment: Record<string, string> = {}) =>
  zfsIsNotConfigured(new MemoryHost({ files: { ...FILES, ...files } }), environment);

test('overlay and no ZFS anywhere', async () => {
  assert.equal(await quiet({}), true);
  assert.equal(await quiet({}, { PATH: '/bin', CRIO_STORAGE_OPTIONS: '', HOME: '/root' }), true);
});

test('any sign of ZFS, or of what could hide one, leaves it to the whole check', async () => {
  const files: Record<string, string>[] = [
    { '/sys/module/zfs/version': '2.1.11\n' },
    { '/dev/zfs': '' },
    { '/etc/crio/crio.conf.d/sub/10': '[crio]\nstorage_driver = "zfs"\n' },
    { '/etc/crio/crio.conf': '[crio]\nstorage_driver = "\\u007afs"\n' },
    { '/etc/containers/storage.conf': '[storage]\nDriver = "ZFS"\n' },
    { '/etc/containers/storage.conf': '[storage]\n' },
    { '/etc/crio-guard/crio-guard.conf': 'mode = "off"\n' },
    {
      '/etc/systemd/system/crio.service.d/x.conf':
        '[Service]\nExecStart=\nExecStart=/usr/bin/crio -c /srv/c\n',
    },
    { '/etc/systemd/system/crio.service': '[Service]\nExecStart=/usr/bin/crio \\\n  $A \\\n  "--root=/x"\n' },
  ];
  for (const file of files) assert.equal(await quiet(file), false, JSON.stringify(file));
  for (const name of [
    'CONTAINERS_STORAGE_CONF',
    'CONTAINER_ROOT',
    'STORAGE_DRIVER',
    'CRIO_CONFIG_OPTIONS',
    'CRIO_GUARD_MODE',
  ]) {
    assert.equal(await quiet({}, { [name]: 'x' }), false, name);
  }
});

test('a file that cannot be read is reported', async () => {
  const host = new MemoryHost({ files: { ...FILES, '/etc/crio/crio.conf': 'x'.repeat(2 * 1024 * 1024) } });
  assert.equal(await zfsIsNotConfigured(host, {}), false);
});
