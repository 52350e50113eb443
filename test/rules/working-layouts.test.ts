import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRules } from '../../src/rules/finding.js';
import { rules } from '../../src/rules/index.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { diagnoseExample } from './machine.js';

interface Layout {
  readonly name: string;
  readonly machine: ExampleMachine;
  /** Dataset that layers land in. */
  readonly landing: string;
  /** Codes that may be reported, none of them an error. */
  readonly reported: readonly string[];
}

const ROOT = { name: 'rpool', mountpoint: 'none', properties: { canmount: 'off' } };

/** Layouts that people run: a rule that made an error of one of them would stop a node that works. */
const LAYOUTS: readonly Layout[] = [
  {
    name: 'fsname with mountpoint=none (Ansible, NixOS)',
    machine: {
      graphroot: '/var/lib/containers/storage',
      fsname: 'rpool/podman',
      datasets: [ROOT, { name: 'rpool/podman', mountpoint: 'none' }],
    },
    landing: 'rpool/podman',
    reported: [],
  },
  {
    name: 'a dataset at graphroot and fsname a child of it (kldload)',
    machine: {
      graphroot: '/var/lib/containers/storage',
      fsname: 'rpool/var/lib/containers/storage/zfs',
      datasets: [
        ROOT,
        { name: 'rpool/var/lib/containers/storage', mountpoint: '/var/lib/containers/storage' },
        { name: 'rpool/var/lib/containers/storage/zfs', mountpoint: 'none' },
      ],
    },
    landing: 'rpool/var/lib/containers/storage/zfs',
    reported: ['CG508'],
  },
  {
    name: 'a dataset at the parent of graphroot, canmount=off parents, devices=off (installers)',
    machine: {
      graphroot: '/var/lib/containers/storage',
      datasets: [
        { ...ROOT, properties: { canmount: 'off', devices: 'off' } },
        { name: 'rpool/ROOT', mountpoint: 'none', properties: { canmount: 'off' } },
        { name: 'rpool/ROOT/debian', mountpoint: '/', properties: { canmount: 'noauto' } },
        { name: 'rpool/ROOT/older', mountpoint: '/', mounted: 'no', properties: { canmount: 'noauto' } },
        { name: 'rpool/var', mountpoint: '/var', properties: { canmount: 'off' } },
        { name: 'rpool/var/lib', mountpoint: '/var/lib', properties: { canmount: 'off' } },
        { name: 'rpool/var/lib/containers', mountpoint: '/var/lib/containers' },
      ],
    },
    landing: 'rpool/var/lib/containers',
    reported: [],
  },
  {
    name: 'no dataset at all on a root of ZFS (Gentoo)',
    machine: {
      graphroot: '/var/lib/containers/storage',
      datasets: [ROOT, { name: 'rpool/ROOT/gentoo', mountpoint: '/' }],
    },
    landing: 'rpool/ROOT/gentoo',
    reported: ['CG402'],
  },
  {
    name: 'a dataset inside the boot environment, with that of another one unmounted (zsys)',
    machine: {
      graphroot: '/var/lib/containers/storage',
      datasets: [
        ROOT,
        { name: 'rpool/ROOT/ubuntu_b', mountpoint: '/' },
        { name: 'rpool/ROOT/ubuntu_b/var/lib', mountpoint: '/var/lib' },
        {
          name: 'rpool/ROOT/ubuntu_a/var/lib/containers',
          mountpoint: '/var/lib/containers',
          mounted: 'no',
        },
      ],
    },
    landing: 'rpool/ROOT/ubuntu_b/var/lib',
    reported: ['CG402'],
  },
  {
    name: 'bind mounts and legacy mounts (impermanence)',
    machine: {
      graphroot: '/var/lib/containers/storage',
      datasets: [
        { name: 'zroot', mountpoint: 'none' },
        { name: 'zroot/state', mountpoint: 'legacy' },
      ],
      mounts: [
        { mountpoint: '/state', fileSystem: 'zfs', source: 'zroot/state' },
        { mountpoint: '/var/lib/containers', fileSystem: 'zfs', source: 'zroot/state', root: '/containers' },
      ],
      files: { '/etc/fstab': 'zroot/state /state zfs zfsutil 0 0\n' },
    },
    landing: 'zroot/state',
    reported: ['CG409'],
  },
  {
    name: 'a replica of another host with the same mountpoint, and one with a deeper one',
    machine: {
      graphroot: '/srv/containers/storage',
      datasets: [
        { name: 'tank', mountpoint: 'none' },
        { name: 'tank/srv', mountpoint: '/srv' },
        { name: 'backup/host/srv', mountpoint: '/srv', mounted: 'no' },
        {
          name: 'backup/host/containers',
          mountpoint: '/srv/containers',
          mounted: 'no',
          properties: { readonly: 'on' },
        },
      ],
    },
    landing: 'tank/srv',
    reported: ['CG410'],
  },
  {
    name: 'the cache of a pool that was given away',
    machine: {
      graphroot: '/srv/crio',
      datasets: [
        { name: 'tank', mountpoint: 'none' },
        { name: 'tank/srv', mountpoint: '/srv' },
      ],
      files: { '/etc/zfs/zfs-list.cache/old': 'old/crio\t/srv/crio\ton\n' },
    },
    landing: 'tank/srv',
    reported: ['CG410'],
  },
];

describe('a layout that works is not refused', () => {
  for (const { name, machine, landing, reported } of LAYOUTS) {
    it(name, async () => {
      const diagnosis = await diagnoseExample(machine);
      assert.deepEqual(diagnosis.prediction, { outcome: 'starts', driver: 'zfs', dataset: landing });
      const { findings, undetermined } = applyRules(rules, diagnosis, []);
      assert.deepEqual(
        findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
        [],
      );
      assert.deepEqual(
        findings.map(({ code }) => code),
        reported,
      );
      assert.deepEqual(undetermined, []);
    });
  }
});
