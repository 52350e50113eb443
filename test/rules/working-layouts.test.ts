import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRules } from '../../src/rules/finding.js';
import { rules } from '../../src/rules/index.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import type { ExampleDataset } from '../../src/rules/example-parts.js';
import { diagnoseExample } from './machine.js';

interface Layout {
  readonly name: string;
  readonly machine: ExampleMachine;
  /** The driver that CRI-O ends up with. */
  readonly driver?: string;
  /** Dataset that layers land in; none for another driver than zfs. */
  readonly landing?: string;
  /** Codes that may be reported, none of them an error. */
  readonly reported: readonly string[];
}

const STORAGE = '/var/lib/containers/storage';
const LAYER = 'a'.repeat(64);

const ROOT: ExampleDataset = { name: 'rpool', mountpoint: 'none', properties: { canmount: 'off' } };
const TANK: ExampleDataset = { name: 'tank', mountpoint: 'none' };

/** Layouts that people run: a rule that made an error of one of them would stop a node that works. */
const LAYOUTS: readonly Layout[] = [
  {
    name: 'fsname with mountpoint=none (Ansible, NixOS)',
    machine: {
      graphroot: STORAGE,
      fsname: 'rpool/podman',
      datasets: [ROOT, { name: 'rpool/podman', mountpoint: 'none' }],
    },
    landing: 'rpool/podman',
    reported: [],
  },
  {
    name: 'fsname with mountpoint=legacy, mounted nowhere',
    machine: {
      graphroot: STORAGE,
      fsname: 'rpool/crio',
      datasets: [ROOT, { name: 'rpool/crio', mountpoint: 'legacy' }],
    },
    landing: 'rpool/crio',
    reported: [],
  },
  {
    name: 'fsname with canmount=noauto, and the records on ext4 where it could be mounted',
    machine: {
      graphroot: '/var/lib/crio/containers',
      fsname: 'tank/crio',
      datasets: [
        TANK,
        {
          name: 'tank/crio',
          mountpoint: '/var/lib/crio',
          mounted: 'no',
          properties: { canmount: 'noauto' },
        },
        { name: `tank/crio/${LAYER}`, mountpoint: 'legacy' },
      ],
      files: { '/var/lib/crio/containers/zfs-layers/layers.json': `[{"id":"${LAYER}"}]` },
    },
    landing: 'tank/crio',
    reported: [],
  },
  {
    name: 'fsname that is the dataset of the root file system, by choice (NixOS, Podman)',
    machine: {
      graphroot: STORAGE,
      fsname: 'zroot/root',
      datasets: [
        { name: 'zroot', mountpoint: 'none' },
        { name: 'zroot/root', mountpoint: '/' },
      ],
    },
    landing: 'zroot/root',
    reported: [],
  },
  {
    name: 'a drop-in that is a symlink into the store (NixOS, CRI-O)',
    machine: {
      graphroot: STORAGE,
      symlinks: { '/etc/crio/crio.conf.d/00-default.conf': '/nix/store/0a-crio/default.conf' },
      files: {
        '/nix/store/0a-crio/default.conf': '[crio]\nstorage_driver = "zfs"\n',
        '/etc/NIXOS': '',
      },
      datasets: [ROOT, { name: 'rpool/containers', mountpoint: '/var/lib/containers' }],
    },
    landing: 'rpool/containers',
    reported: [],
  },
  {
    name: 'a dataset at graphroot and fsname a child of it (kldload)',
    machine: {
      graphroot: STORAGE,
      fsname: 'rpool/var/lib/containers/storage/zfs',
      datasets: [
        ROOT,
        { name: 'rpool/var/lib/containers/storage', mountpoint: STORAGE },
        { name: 'rpool/var/lib/containers/storage/zfs', mountpoint: 'none' },
      ],
    },
    landing: 'rpool/var/lib/containers/storage/zfs',
    reported: ['CG508'],
  },
  {
    name: 'a dataset at the parent of graphroot, canmount=off parents, devices=off for the pool (installers)',
    machine: {
      graphroot: STORAGE,
      datasets: [
        { ...ROOT, properties: { canmount: 'off', devices: 'off' } },
        { name: 'rpool/ROOT', mountpoint: 'none', properties: { canmount: 'off', devices: 'off' } },
        {
          name: 'rpool/ROOT/debian',
          mountpoint: '/',
          properties: { canmount: 'noauto', devices: 'off' },
        },
        { name: 'rpool/ROOT/older', mountpoint: '/', mounted: 'no', properties: { canmount: 'noauto' } },
        { name: 'rpool/var', mountpoint: '/var', properties: { canmount: 'off', devices: 'off' } },
        { name: 'rpool/var/lib', mountpoint: '/var/lib', properties: { canmount: 'off', devices: 'off' } },
        {
          name: 'rpool/var/lib/containers',
          mountpoint: '/var/lib/containers',
          properties: { devices: 'off', 'com.sun:auto-snapshot': 'false' },
        },
      ],
    },
    landing: 'rpool/var/lib/containers',
    reported: [],
  },
  {
    name: 'no dataset at all on a root of ZFS (Gentoo)',
    machine: {
      graphroot: STORAGE,
      datasets: [ROOT, { name: 'rpool/ROOT/gentoo', mountpoint: '/' }],
    },
    landing: 'rpool/ROOT/gentoo',
    reported: ['CG402'],
  },
  {
    name: 'a dataset inside the boot environment, with that of another one unmounted (zsys)',
    machine: {
      graphroot: STORAGE,
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
    name: 'a dataset of the boot environment at graphroot itself (zsys)',
    machine: {
      graphroot: STORAGE,
      datasets: [
        ROOT,
        { name: 'rpool/ROOT/ubuntu_b', mountpoint: '/' },
        { name: 'rpool/ROOT/ubuntu_b/var/lib/containers/storage', mountpoint: STORAGE },
      ],
    },
    landing: 'rpool/ROOT/ubuntu_b/var/lib/containers/storage',
    reported: ['CG402', 'CG508'],
  },
  {
    name: 'bind mounts and legacy mounts (impermanence)',
    machine: {
      graphroot: STORAGE,
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
    name: 'a root of tmpfs, and graphroot in the persistent dataset (impermanence)',
    machine: {
      graphroot: '/state/podman/containers',
      datasets: [
        { name: 'zroot', mountpoint: 'none' },
        { name: 'zroot/state', mountpoint: 'legacy' },
      ],
      mounts: [
        { mountpoint: '/', fileSystem: 'tmpfs' },
        { mountpoint: '/state', fileSystem: 'zfs', source: 'zroot/state' },
      ],
      files: { '/etc/fstab': 'zroot/state /state zfs zfsutil 0 0\n' },
    },
    landing: 'zroot/state',
    reported: [],
  },
  {
    name: 'a legacy dataset that /etc/fstab mounts at the parent of graphroot',
    machine: {
      graphroot: '/var/lib/crio/containers',
      datasets: [TANK, { name: 'tank/crio', mountpoint: 'legacy' }],
      mounts: [{ mountpoint: '/var/lib/crio', fileSystem: 'zfs', source: 'tank/crio' }],
      files: { '/etc/fstab': 'tank/crio /var/lib/crio zfs defaults 0 0\n' },
    },
    landing: 'tank/crio',
    reported: [],
  },
  {
    name: 'a data pool at /srv, fsname in it, records on the root of an image-based system (bootc)',
    machine: {
      graphroot: STORAGE,
      fsname: 'srv/containers',
      datasets: [
        { name: 'srv', mountpoint: '/srv' },
        { name: 'srv/containers', mountpoint: '/srv/containers' },
      ],
      mounts: [
        { mountpoint: '/', fileSystem: 'overlay', source: 'composefs' },
        { mountpoint: '/var', fileSystem: 'xfs', source: '/dev/sda4' },
      ],
    },
    landing: 'srv/containers',
    reported: [],
  },
  {
    name: 'a root of btrfs, and fsname (Fedora)',
    machine: {
      graphroot: STORAGE,
      fsname: 'tank/crio',
      datasets: [TANK, { name: 'tank/crio', mountpoint: 'none' }],
      mounts: [{ mountpoint: '/', fileSystem: 'btrfs', source: '/dev/sda3', root: '/root' }],
    },
    landing: 'tank/crio',
    reported: [],
  },
  {
    name: 'a subvolume as /, without /dev/zfs and zfs, overlay on OpenZFS 2.2 (Proxmox)',
    machine: {
      graphroot: STORAGE,
      driver: 'overlay',
      module: '2.2.7-pve2',
      device: false,
      command: false,
      datasets: [{ name: 'rpool', mountpoint: 'none' }],
      mounts: [{ mountpoint: '/', fileSystem: 'zfs', source: 'rpool/data/subvol-101-disk-0' }],
      files: { '/run/systemd/container': 'lxc\n' },
    },
    driver: 'overlay',
    reported: [],
  },
  {
    name: 'the same with no driver named',
    machine: {
      graphroot: STORAGE,
      driver: '',
      module: '2.2.7-pve2',
      device: false,
      command: false,
      datasets: [{ name: 'rpool', mountpoint: 'none' }],
      mounts: [{ mountpoint: '/', fileSystem: 'zfs', source: 'rpool/data/subvol-101-disk-0' }],
    },
    driver: 'overlay',
    reported: [],
  },
  {
    name: 'a container that sees the datasets of its host, which mounts them for itself (kind)',
    machine: {
      graphroot: STORAGE,
      datasets: [
        ROOT,
        { name: 'rpool/docker', mountpoint: '/var/lib/docker', mounted: 'no' },
        { name: 'rpool/docker/5b1c', mountpoint: 'legacy' },
        { name: 'rpool/containers', mountpoint: '/var/lib/containers', mounted: 'no' },
      ],
      mounts: [{ mountpoint: '/', fileSystem: 'zfs', source: 'rpool/docker/5b1c' }],
      files: { '/run/systemd/container': 'docker\n' },
    },
    landing: 'rpool/docker/5b1c',
    reported: ['CG402', 'CG410'],
  },
  {
    name: 'overlay on OpenZFS 2.2, with snapshots by the hour (TrueNAS)',
    machine: {
      graphroot: '/mnt/apps/containers',
      driver: 'overlay',
      module: '2.2.99-1',
      datasets: [
        { name: 'apps', mountpoint: '/mnt/apps', properties: { 'com.sun:auto-snapshot': 'true' } },
        { name: 'apps/other', mountpoint: '/mnt/apps/other', mounted: 'no' },
      ],
    },
    driver: 'overlay',
    reported: [],
  },
  {
    name: 'overlay on xfs, no ZFS (OpenShift)',
    machine: {
      graphroot: STORAGE,
      driver: 'overlay',
      module: null,
      command: false,
      datasets: [],
      mounts: [{ mountpoint: '/var', fileSystem: 'xfs', source: '/dev/sda4' }],
    },
    driver: 'overlay',
    reported: [],
  },
  {
    name: 'names and mountpoints with blanks',
    machine: {
      graphroot: '/srv/my data/containers',
      datasets: [TANK, { name: 'tank/my data', mountpoint: '/srv/my data' }],
    },
    landing: 'tank/my data',
    reported: [],
  },
  {
    name: 'snapshots that somebody looked into, mounted below .zfs',
    machine: {
      mounts: [
        {
          mountpoint: '/var/lib/crio/.zfs/snapshot/daily',
          fileSystem: 'zfs',
          source: 'tank/crio@daily',
          options: 'ro,relatime',
        },
      ],
    },
    landing: 'tank/crio',
    reported: [],
  },
  {
    name: 'layers that are mounted while containers run',
    machine: {
      datasets: [
        TANK,
        { name: 'tank/crio', mountpoint: '/var/lib/crio' },
        { name: `tank/crio/${LAYER}`, mountpoint: 'legacy' },
      ],
      mounts: [
        {
          mountpoint: `/var/lib/crio/containers/zfs/graph/${LAYER}`,
          fileSystem: 'zfs',
          source: `tank/crio/${LAYER}`,
        },
      ],
      files: { '/var/lib/crio/containers/zfs-layers/layers.json': `[{"id":"${LAYER}"}]` },
    },
    landing: 'tank/crio',
    reported: [],
  },
  {
    name: 'a replica of another host with the same mountpoint, and one with a deeper one',
    machine: {
      graphroot: '/srv/containers/storage',
      datasets: [
        TANK,
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
    name: 'a writable replica with a deeper mountpoint, on a node that has worked without it',
    machine: {
      graphroot: '/srv/containers/storage',
      datasets: [
        TANK,
        { name: 'tank/srv', mountpoint: '/srv' },
        { name: `tank/srv/${LAYER}`, mountpoint: 'legacy' },
        { name: 'backup/host/containers', mountpoint: '/srv/containers', mounted: 'no' },
      ],
      files: { '/srv/containers/storage/zfs-layers/layers.json': `[{"id":"${LAYER}"}]` },
    },
    landing: 'tank/srv',
    reported: ['CG302', 'CG410'],
  },
  {
    name: 'the cache of a pool that was given away',
    machine: {
      graphroot: '/srv/crio',
      datasets: [TANK, { name: 'tank/srv', mountpoint: '/srv' }],
      files: { '/etc/zfs/zfs-list.cache/old': 'old/crio\t/srv/crio\ton\n' },
    },
    landing: 'tank/srv',
    reported: ['CG410'],
  },
  {
    name: 'a backup pool that hangs, with a line in /etc/fstab that says nofail',
    machine: {
      graphroot: '/srv/crio',
      pools: { tank: 'ONLINE', backup: 'SUSPENDED' },
      datasets: [TANK, { name: 'tank/srv', mountpoint: '/srv' }],
      files: { '/etc/fstab': 'backup/crio /srv/crio zfs nofail 0 0\n' },
    },
    landing: 'tank/srv',
    reported: ['CG410'],
  },
  {
    name: 'Docker beside it, in a dataset of its own',
    machine: {
      datasets: [
        TANK,
        { name: 'tank/crio', mountpoint: '/var/lib/crio' },
        { name: 'tank/docker', mountpoint: '/var/lib/docker' },
      ],
      files: { '/etc/docker/daemon.json': '{"storage-driver": "zfs"}' },
    },
    landing: 'tank/crio',
    reported: [],
  },
];

describe('a layout that works is not refused', () => {
  for (const { name, machine, driver = 'zfs', landing, reported } of LAYOUTS) {
    it(name, async () => {
      const diagnosis = await diagnoseExample(machine);
      const dataset = landing === undefined ? {} : { dataset: landing };
      assert.deepEqual(diagnosis.prediction, { outcome: 'starts', driver, ...dataset });
      const { findings, unknown } = applyRules(rules, diagnosis, []);
      assert.deepEqual(
        findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
        [],
      );
      assert.deepEqual(
        findings.map(({ code }) => code),
        reported,
      );
      assert.deepEqual(unknown, []);
    });
  }
});
