import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { diagnoseExample } from '../rules/machine.js';

const IMAGES = '/srv/images/store';
const machine = (more: ExampleMachine): ExampleMachine => ({
  flags: ['--imagestore', IMAGES],
  datasets: [
    { name: 'tank', mountpoint: 'none' },
    { name: 'tank/crio', mountpoint: '/var/lib/crio' },
    { name: 'tank/images', mountpoint: '/srv/images' },
  ],
  ...more,
});

async function outcomeOf(example: ExampleMachine, crioVersion: string): Promise<unknown> {
  const { prediction } = await diagnoseExample({ ...example, crioVersion });
  if (prediction.outcome === 'starts') return prediction.dataset;
  return prediction.outcome === 'fails' ? prediction.words : prediction;
}

/** createGraphDriverLocked of containers/storage up to CRI-O 1.30 hands the driver the image store as its root. */
describe('an image store on a dataset of its own', () => {
  test('is where 1.29 and 1.30 make the layers, and graphroot is from 1.31 on', async () => {
    for (const version of ['1.29.0', '1.29.13', '1.30.14']) {
      assert.equal(await outcomeOf(machine({}), version), 'tank/images', version);
    }
    for (const version of ['1.31.0', '1.37.0']) {
      assert.equal(await outcomeOf(machine({}), version), 'tank/crio', version);
    }
  });

  test('alone lies on ZFS', async () => {
    const example = machine({ graphroot: '/home/crio' });
    assert.equal(await outcomeOf(example, '1.30.14'), 'tank/images');
    assert.match(
      String(await outcomeOf(example, '1.31.2')),
      /no zfs dataset found for rootdir '\/home\/crio'/,
    );
  });

  test('is not on ZFS, and graphroot is', async () => {
    const example = machine({ flags: ['--imagestore', '/home/images'] });
    assert.match(
      String(await outcomeOf(example, '1.30.14')),
      /no zfs dataset found for rootdir '\/home\/images'/,
    );
    assert.equal(await outcomeOf(example, '1.31.2'), 'tank/crio');
  });

  test('is itself a mountpoint', async () => {
    const example = machine({ flags: ['--imagestore', '/srv/images'] });
    assert.match(
      String(await outcomeOf(example, '1.30.14')),
      /no zfs dataset found for rootdir '\/srv\/images'/,
    );
  });
});
