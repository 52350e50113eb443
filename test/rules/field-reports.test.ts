import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyRules } from '../../src/rules/finding.js';
import { rules } from '../../src/rules/index.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { diagnoseExample } from './machine.js';

const storage = (text: string): Readonly<Record<string, string>> => ({
  '/etc/containers/storage.conf': text,
});
const OVERLAY = '[storage]\ndriver = "overlay"\ngraphroot = "/srv/c"\nrunroot = "/run/containers/storage"\n';

/** A layout that someone reported, CRI-O's words or the dataset of the layers, and the codes of the errors. */
const REPORTS: readonly (readonly [string, ExampleMachine, string, readonly string[]])[] = [
  [
    'cri-o/cri-o#10043: an artifact store with a relative path',
    {
      crioVersion: '1.35.2',
      files: {
        '/etc/crio/crio.conf.d/10-a.conf': '[crio.runtime]\nadditional_artifact_stores = ["models"]\n',
      },
      crioRefusal: 'validating runtime config: additional_artifact_stores entry must be absolute: "models"',
    },
    'validating runtime config: additional_artifact_stores entry must be absolute: "models"',
    ['CG103'],
  ],
  [
    'the same before 1.35.2, which does not know the key',
    {
      crioVersion: '1.35.1',
      files: {
        '/etc/crio/crio.conf.d/10-a.conf': '[crio.runtime]\nadditional_artifact_stores = ["models"]\n',
      },
    },
    'tank/crio',
    [],
  ],
  [
    'overlay with a size on ZFS',
    {
      graphroot: '/srv/c',
      datasets: [{ name: 'tank', mountpoint: '/srv' }],
      files: storage(`${OVERLAY}[storage.options.overlay]\nsize = "10G"\n`),
      module: '2.3.0-1',
    },
    'storage option overlay.size and overlay.inodes only supported for backingFS XFS. Found zfs',
    ['CG216'],
  ],
  [
    'containers/storage#1867: composefs without its helper',
    {
      graphroot: '/srv/c',
      datasets: [{ name: 'tank', mountpoint: '/srv' }],
      files: storage(`${OVERLAY}[storage.options.overlay]\nuse_composefs = "true"\n`),
    },
    'composefs helper program not found: exec: "mkcomposefs": executable file not found in $PATH',
    ['CG216'],
  ],
  [
    'containers/storage#1488: an image store that is missing',
    {
      graphroot: '/srv/c',
      files: storage(`${OVERLAY}[storage.options]\nadditionalimagestores = ["/srv/images"]\n`),
    },
    "overlay: can't stat imageStore dir /srv/images: stat /srv/images: no such file or directory",
    ['CG216'],
  ],
  [
    'graphroot in a snapshot',
    {
      graphroot: '/srv/.zfs/snapshot/daily/containers',
      datasets: [{ name: 'tank', mountpoint: '/srv' }],
      files: { '/srv/.zfs/snapshot/daily/': '' },
    },
    'mkdir /srv/.zfs/snapshot/daily/containers: read-only file system',
    ['CG209'],
  ],
  [
    'graphroot through two symlinks, and the dataset behind them is not mounted',
    {
      graphroot: '/data/containers',
      symlinks: { '/data': '/mnt/link', '/mnt/link': '/srv/crio' },
      files: { '/srv/crio/': '' },
      datasets: [
        { name: 'tank', mountpoint: '/srv' },
        { name: 'tank/crio', mountpoint: '/srv/crio', mounted: 'no' },
      ],
    },
    'tank',
    ['CG401'],
  ],
  [
    'two symlinks, the second on graphroot itself',
    {
      graphroot: '/data/containers',
      symlinks: { '/data': '/mnt', '/mnt/containers': '/srv/crio/store' },
      files: { '/srv/crio/store/': '' },
      datasets: [
        { name: 'tank', mountpoint: '/srv' },
        { name: 'tank/crio', mountpoint: '/srv/crio', mounted: 'no' },
      ],
    },
    'tank',
    ['CG401'],
  ],
  [
    'container-libs#147: a dataset of a container, which the host does not mount',
    {
      graphroot: '/srv/crio/containers',
      datasets: [
        { name: 'tank', mountpoint: '/srv' },
        { name: 'tank/crio', mountpoint: '/srv/crio', mounted: 'no', properties: { zoned: 'on' } },
      ],
    },
    'tank',
    [],
  ],
  [
    'zfs.fsname that zfs takes for an option',
    { fsname: '-r' },
    "zfs get all -t filesystem -rHp '-r' should contain '-r'",
    ['CG207'],
  ],
];

describe('layouts that were reported', () => {
  for (const [name, machine, outcome, codes] of REPORTS) {
    test(name, async () => {
      const diagnosis = await diagnoseExample(machine);
      const { prediction } = diagnosis;
      const found =
        prediction.outcome === 'fails'
          ? prediction.words
          : prediction.outcome === 'starts'
            ? prediction.dataset
            : prediction;
      assert.equal(found, outcome, JSON.stringify(prediction));
      const errors = applyRules(rules, diagnosis, []).findings.filter(({ severity }) => severity === 'error');
      assert.deepEqual(errors.map(({ code }) => code), codes); // prettier-ignore
    });
  }
});
