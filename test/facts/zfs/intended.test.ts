import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bootEnvironment } from '../../../src/facts/zfs/intended.js';
import type { IntendedDataset } from '../../../src/facts/zfs/intended.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { diagnoseExample } from '../../rules/machine.js';

async function intendedOf(example: ExampleMachine): Promise<IntendedDataset | undefined> {
  const { input } = await diagnoseExample(example);
  return input?.facts.intended;
}

const POOL = { name: 'tank', mountpoint: 'none' };

describe('the dataset meant for graphroot', () => {
  it('is the unmounted one whose mountpoint is nearest', async () => {
    const intended = await intendedOf({
      graphroot: '/srv/a/b/c',
      datasets: [
        POOL,
        { name: 'tank/srv', mountpoint: '/srv', mounted: 'no' },
        { name: 'tank/b', mountpoint: '/srv/a/b', mounted: 'no' },
        { name: 'tank/deeper', mountpoint: '/srv/a/b/c/d', mounted: 'no' },
        { name: 'tank/like', mountpoint: '/srv/a/b/cc', mounted: 'no' },
      ],
    });
    assert.equal(intended?.dataset, 'tank/b');
    assert.equal(intended.mountedAtBoot, true);
  });

  it('is absent when a deeper mount holds graphroot', async () => {
    const datasets = [
      POOL,
      { name: 'tank/srv', mountpoint: '/srv', mounted: 'no' },
      { name: 'tank/crio', mountpoint: '/srv/crio' },
    ] as const;
    assert.equal(await intendedOf({ graphroot: '/srv/crio/c', datasets }), undefined);
  });

  it('is absent when it is mounted there and only hidden', async () => {
    const mounts = [{ mountpoint: '/var/lib', fileSystem: 'tmpfs', source: 'tmpfs' }];
    assert.equal(await intendedOf({ mounts }), undefined);
  });

  it('lists where it is mounted instead', async () => {
    const intended = await intendedOf({
      datasets: [POOL, { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' }],
      mounts: [{ mountpoint: '/mnt/b', fileSystem: 'zfs', source: 'tank/crio' }],
    });
    assert.deepEqual(intended?.mountedAt, ['/mnt/b']);
  });

  it('is not mountedAtBoot where the host does not mount it at boot', async () => {
    for (const properties of [{ canmount: 'noauto' }, { readonly: 'on' }]) {
      const datasets = [
        POOL,
        { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' as const, properties },
      ];
      assert.equal((await intendedOf({ datasets }))?.mountedAtBoot, false);
    }
    const datasets = [POOL, { name: 'tank/crio', mountpoint: 'legacy' }];
    const fstab = (options: string) => ({ '/etc/fstab': `tank/crio /var/lib/crio zfs ${options} 0 0\n` });
    assert.equal((await intendedOf({ datasets, files: fstab('defaults') }))?.mountedAtBoot, true);
    assert.equal((await intendedOf({ datasets, files: fstab('defaults,nofail') }))?.mountedAtBoot, false);
  });

  it('tells leftovers of a failed start from other files in its mountpoint', async () => {
    const datasets = [POOL, { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' as const }];
    const skeleton = { '/var/lib/crio/containers/storage.lock': '', '/var/lib/crio/containers/zfs/': '' };
    const contents = async (files: Readonly<Record<string, string>>) =>
      (await intendedOf({ datasets, files }))?.contents;
    assert.deepEqual(await contents({}), { state: 'known', value: { kind: 'empty', foreign: [] } });
    assert.deepEqual(await contents(skeleton), { state: 'known', value: { kind: 'skeleton', foreign: [] } });
    const higher = { '/var/lib/crio/storage.lock': '', '/var/lib/crio/zfs/': '' };
    assert.deepEqual(await contents({ ...skeleton, ...higher }), await contents(skeleton));
    const layer = '/var/lib/crio/containers/zfs/graph/a';
    assert.deepEqual(await contents({ ...skeleton, [layer]: '', '/var/lib/crio/mine': '' }), {
      state: 'known',
      value: { kind: 'foreign', foreign: ['/var/lib/crio/mine', '/var/lib/crio/containers/zfs'] },
    });
  });
});

describe('the boot environment', () => {
  it('is the dataset below ROOT', () => {
    assert.equal(bootEnvironment('rpool/ROOT/debian/var/lib'), 'rpool/ROOT/debian');
    assert.equal(bootEnvironment('rpool/ROOT'), undefined);
    assert.equal(bootEnvironment('ROOT/debian'), undefined);
    assert.equal(bootEnvironment('tank/crio'), undefined);
  });
});
