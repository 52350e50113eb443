import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRules } from '../../src/rules/finding.js';
import { rules } from '../../src/rules/index.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import type { ExampleDataset } from '../../src/rules/example-parts.js';
import { diagnoseExample } from './machine.js';

const TANK: ExampleDataset = { name: 'tank', mountpoint: 'none' };
const RPOOL: ExampleDataset = { name: 'rpool', mountpoint: 'none' };
const DEBIAN: ExampleDataset = { name: 'rpool/ROOT/debian', mountpoint: '/' };

const locked = (name: string, mountpoint: string): ExampleDataset => ({
  name,
  mountpoint,
  mounted: 'no',
  properties: { keystatus: 'unavailable', keylocation: 'prompt', encryptionroot: name },
});

/** Machines with more than one thing wrong: what is shown, and what is folded under it. */
const MACHINES: readonly {
  readonly name: string;
  readonly machine: ExampleMachine;
  readonly roots: readonly string[];
  /** Echoes with the root that each is shown under. */
  readonly echoes?: Readonly<Record<string, string>>;
}[] = [
  {
    name: 'a key that is not loaded, below a read-only parent, with a wrong fsname',
    machine: {
      graphroot: '/srv/crio',
      fsname: 'tank/srv/cri',
      datasets: [
        TANK,
        { name: 'tank/srv', mountpoint: '/srv', properties: { readonly: 'on' } },
        locked('tank/srv/crio', '/srv/crio'),
      ],
    },
    roots: ['CG303'],
    echoes: { CG209: 'CG303', CG301: 'CG303' },
  },
  {
    name: 'the dataset of zfs.fsname with its key not loaded, meant for graphroot as well',
    machine: {
      fsname: 'tank/crio',
      datasets: [TANK, locked('tank/crio', '/var/lib/crio')],
      files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[]' },
    },
    roots: ['CG407'],
    echoes: { CG403: 'CG407', CG302: 'CG407' },
  },
  {
    name: 'two datasets, each with a trouble of its own',
    machine: {
      fsname: 'tank/layers',
      datasets: [
        TANK,
        locked('tank/layers', 'none'),
        { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
      ],
    },
    roots: ['CG403', 'CG407'],
  },
  {
    name: 'a hung pool that graphroot is meant to be on, and a root on another one',
    machine: {
      graphroot: '/var/lib/containers/storage',
      pools: { rpool: 'ONLINE', tank: 'SUSPENDED' },
      datasets: [RPOOL, DEBIAN],
      files: {
        '/etc/fstab': 'tank/crio /var/lib/containers zfs defaults 0 0\n',
        '/var/lib/containers/mine': '',
      },
    },
    roots: ['CG307'],
    echoes: { CG302: 'CG307', CG401: 'CG307', CG402: 'CG307' },
  },
  {
    name: 'a hung pool that graphroot is meant to be on, and a root on ext4',
    machine: {
      pools: { rpool: 'ONLINE', tank: 'SUSPENDED' },
      datasets: [RPOOL],
      files: { '/etc/fstab': 'tank/crio /var/lib/crio zfs defaults 0 0\n' },
    },
    roots: ['CG307'],
    echoes: { CG301: 'CG307', CG202: 'CG307' },
  },
  {
    name: 'the only pool hangs',
    machine: { pools: { tank: 'SUSPENDED' } },
    roots: ['CG307'],
  },
  {
    name: 'a pool that is not imported, and leftovers of failed starts',
    machine: {
      datasets: [],
      pools: {},
      files: {
        '/etc/fstab': 'tank/crio /var/lib/crio zfs defaults 0 0\n',
        '/var/lib/crio/containers/storage.lock': '',
        '/var/lib/crio/containers/zfs/': '',
      },
    },
    roots: ['CG306'],
    echoes: { CG202: 'CG306', CG302: 'CG306' },
  },
  {
    name: 'a pool that is not imported, and a root of ZFS',
    machine: {
      graphroot: '/var/lib/containers/storage',
      datasets: [RPOOL, DEBIAN],
      files: { '/etc/fstab': 'tank/crio /var/lib/containers zfs defaults 0 0\n' },
    },
    roots: ['CG306'],
    echoes: { CG401: 'CG306', CG402: 'CG306' },
  },
  {
    name: 'no module, and so no pool and no dataset',
    machine: { module: null, fsname: 'tank/crio' },
    roots: ['CG205'],
  },
  {
    name: 'no zfs command, and so no list of datasets',
    machine: {
      command: false,
      datasets: [TANK, { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' }],
    },
    roots: ['CG204'],
  },
  {
    name: 'no driver named, and the one that was used before misses its dataset',
    machine: {
      driver: '',
      datasets: [TANK, { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' }],
      files: { '/var/lib/crio/containers/zfs/': '' },
    },
    roots: ['CG301'],
    echoes: { CG202: 'CG301', CG213: 'CG301', CG302: 'CG301' },
  },
];

describe('one root cause is one finding', () => {
  for (const { name, machine, roots, echoes = {} } of MACHINES) {
    it(name, async () => {
      const { findings } = applyRules(rules, await diagnoseExample(machine), []);
      assert.deepEqual(
        findings.filter(({ follows }) => follows === undefined).map(({ code }) => code),
        roots,
      );
      const folded = findings.flatMap(({ code, follows }) =>
        follows === undefined ? [] : [[code, follows]],
      );
      assert.deepEqual(Object.fromEntries(folded), echoes);
    });
  }
});
