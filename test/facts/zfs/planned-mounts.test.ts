import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerStore } from '../../../src/facts/node/docker.js';
import { installedModule, parseCachedPools } from '../../../src/facts/zfs/boot-plans.js';
import { parseFstab, parseListCache } from '../../../src/facts/zfs/planned-mounts.js';
import { MemoryHost } from '../../host/memory-host.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('/etc/fstab', () => {
  it('gives the lines of type zfs', () => {
    const text = [
      '# tank/commented /c zfs defaults 0 0',
      'UUID=1 / ext4 defaults 0 1',
      'tank/crio\t/var/lib/my\\040crio zfs defaults 0 0',
      'tank/late /srv zfs noauto,noatime 0 0',
      'tank/short /short zfs',
      'broken',
      '',
    ].join('\n');
    assert.deepEqual(
      parseFstab(bytes(text)).map(({ dataset, mountpoint, mountedAtBoot }) => [
        dataset,
        mountpoint,
        mountedAtBoot,
      ]),
      [
        ['tank/crio', '/var/lib/my crio', true],
        ['tank/late', '/srv', false],
        ['tank/short', '/short', true],
      ],
    );
  });
});

describe("zfs-mount-generator's cache", () => {
  it('gives what would be mounted', () => {
    const text = 'tank\tnone\ton\toff\ntank/a\t/a\ton\toff\ntank/b\t/b\toff\toff\ntank/c\t/c\tnoauto\toff\n';
    assert.deepEqual(
      parseListCache(bytes(text), '/cache').map(({ dataset, mountpoint }) => [dataset, mountpoint]),
      [['tank/a', '/a']],
    );
  });
});

describe("zfs-mount-generator's cache with the properties of units", () => {
  it('gives no dataset that the generator ignores', () => {
    const line = (name: string, ignore: string): string =>
      [
        name,
        `/${name}`,
        'on',
        'on',
        'on',
        'on',
        'on',
        'off',
        'on',
        'off',
        '-',
        'none',
        ...Array<string>(7).fill('-'),
        ignore,
      ].join('\t');
    const text = `${line('a', '-')}\n${line('b', 'on')}\n${line('c', 'off')}\n`;
    assert.deepEqual(parseListCache(bytes(text), '/cache').map(({ dataset }) => dataset), ['a', 'c']); // prettier-ignore
  });
});

describe('zpool.cache', () => {
  const pair = (name: string): string => {
    const padding = '\0'.repeat((4 - (name.length % 4)) % 4);
    return `\0\0\0\x04name\0\0\0\x09\0\0\0\x01\0\0\0${String.fromCharCode(name.length)}${name}${padding}`;
  };

  it('gives each pool once', () => {
    assert.deepEqual(
      parseCachedPools(bytes(`\x01\x01\0\0${pair('tank')}....${pair('rpool')}${pair('tank')}`)),
      ['tank', 'rpool'],
    );
  });

  it('gives nothing for truncated or empty files', () => {
    assert.deepEqual(parseCachedPools(bytes('')), []);
    assert.deepEqual(parseCachedPools(bytes(pair('tank').slice(0, 18))), []);
    assert.deepEqual(parseCachedPools(bytes(pair('\x1b[0m'))), []);
  });
});

describe('the module for the running kernel', () => {
  const release = { '/proc/sys/kernel/osrelease': '6.1.0\n' };

  it('is found in modules.dep, not beside it', async () => {
    const text = 'extra/zfs.ko.xz: extra/spl.ko.xz\nextra/notzfs.ko:\n';
    const host = new MemoryHost({ files: { ...release, '/lib/modules/6.1.0/modules.dep': text } });
    assert.deepEqual(await installedModule(host), {
      state: 'known',
      value: '/lib/modules/6.1.0/extra/zfs.ko.xz',
    });
  });

  it('is absent for another kernel', async () => {
    const host = new MemoryHost({
      files: { ...release, '/lib/modules/5.10/modules.dep': 'extra/zfs.ko:\n' },
    });
    assert.equal((await installedModule(host)).state, 'absent');
  });

  it('is absent where the kernel reports no release', async () => {
    assert.equal((await installedModule(new MemoryHost({}))).state, 'absent');
  });
});

describe("Docker's daemon.json", () => {
  it('gives driver, root and fsname', () => {
    const text = '{"storage-driver":"zfs","storage-opts":["zfs.fsname=a","x",1,"zfs.fsname=b"],"graph":"/g"}';
    assert.deepEqual(parseDockerStore(bytes(text)), {
      state: 'known',
      value: { file: '/etc/docker/daemon.json', driver: 'zfs', root: '/g', fsname: 'b' },
    });
  });

  it('is unknown when it is not JSON, and empty when it is not an object', () => {
    assert.equal(parseDockerStore(bytes('{')).state, 'unknown');
    const store = { file: '/etc/docker/daemon.json', driver: '', root: '/var/lib/docker', fsname: '' };
    assert.deepEqual(parseDockerStore(bytes('null')), { state: 'known', value: store });
  });
});
