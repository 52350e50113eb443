import { contains } from '../../src/host/containment.js';
import type { Mount } from '../../src/host/mountinfo.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import type { ExampleDataset, ExampleMount } from '../../src/rules/example-parts.js';

/** tank/crio on /var/lib/crio, without a mount of its own for the pool. */
export const HEALTHY_DATASETS: readonly ExampleDataset[] = [
  { name: 'tank', mountpoint: 'none' },
  { name: 'tank/crio', mountpoint: '/var/lib/crio' },
];

const poolOf = (name: string): string => name.split('/', 1)[0] ?? name;

/** Imported pools with their states. */
export function poolsOf(example: ExampleMachine): Readonly<Record<string, string>> {
  if (example.module === null) return {};
  if (example.pools !== undefined) return example.pools;
  const names = (example.datasets ?? HEALTHY_DATASETS).map(({ name }) => poolOf(name));
  return Object.fromEntries(names.map((name) => [name, 'ONLINE']));
}

/** Datasets of imported pools; none without the module. */
export function datasetsOf(example: ExampleMachine): readonly ExampleDataset[] {
  const pools = new Set(Object.keys(poolsOf(example)));
  return (example.datasets ?? HEALTHY_DATASETS).filter(({ name }) => pools.has(poolOf(name)));
}

/** Whether ZFS has mounted it: a path, unless said otherwise or forbidden by canmount. */
export function isMounted({ mountpoint, mounted, properties }: ExampleDataset): boolean {
  return mountpoint.startsWith('/') && mounted !== 'no' && properties?.['canmount'] !== 'off';
}

/** The mounts of the machine in the order they were made. */
export function mountTable(example: ExampleMachine): readonly Mount[] {
  const mounted = datasetsOf(example).filter(isMounted);
  const isRoot = ({ mountpoint }: { readonly mountpoint: string }): boolean => mountpoint === '/';
  const root = mounted.find(isRoot);
  const list: ExampleMount[] = [
    root === undefined
      ? (example.mounts?.find(isRoot) ?? { mountpoint: '/', fileSystem: 'ext4', source: '/dev/sda1' })
      : ofDataset(root),
    { mountpoint: '/proc', fileSystem: 'proc', source: 'proc' },
    { mountpoint: '/sys', fileSystem: 'sysfs', source: 'sysfs' },
    { mountpoint: '/dev', fileSystem: 'devtmpfs', source: 'udev' },
    { mountpoint: '/run', fileSystem: 'tmpfs', source: 'tmpfs' },
    ...mounted.filter((dataset) => dataset !== root).map(ofDataset),
    ...(example.mounts ?? []).filter((mount) => !isRoot(mount)),
  ];
  const devices = new Map<string, string>();
  const mounts: Mount[] = [];
  for (const [index, mount] of list.entries()) {
    const parent = mountOf(mounts, mount.mountpoint)?.id ?? 1;
    mounts.push({ ...toMount(mount, index, devices), parent });
  }
  return mounts;
}

/** What is seen at a path: the longest mountpoint that no later mount covers. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let seen: Mount | undefined;
  mounts.forEach((mount, index) => {
    const isCovered = mounts
      .slice(index + 1)
      .some(({ mountpoint }) => contains(mountpoint, mount.mountpoint));
    if (isCovered || !contains(mount.mountpoint, path)) return;
    if (seen === undefined || mount.mountpoint.length >= seen.mountpoint.length) seen = mount;
  });
  return seen;
}

const ofDataset = ({ name, mountpoint, properties }: ExampleDataset): ExampleMount => ({
  mountpoint,
  fileSystem: 'zfs',
  source: name,
  options: properties?.['readonly'] === 'on' ? 'ro,noatime' : 'rw,noatime',
});

function toMount(mount: ExampleMount, index: number, devices: Map<string, string>): Omit<Mount, 'parent'> {
  const source = mount.source ?? mount.fileSystem;
  // A dataset or a disk has one number wherever it is mounted, each tmpfs one of its own.
  const key =
    mount.fileSystem === 'zfs' || source.startsWith('/dev/') ? source : `${mount.mountpoint}#${index}`;
  const device = devices.get(key) ?? (index === 0 ? '8:1' : `0:${21 + index}`);
  devices.set(key, device);
  const options = (mount.options ?? 'rw,relatime').split(',');
  return {
    id: 20 + index,
    device,
    root: mount.root ?? '/',
    mountpoint: mount.mountpoint,
    options,
    fileSystem: mount.fileSystem,
    source,
    superOptions: options.includes('ro') ? ['ro'] : ['rw'],
  };
}

export function mountinfoText(mounts: readonly Mount[]): string {
  return mounts
    .map((mount) =>
      [
        mount.id,
        mount.parent,
        mount.device,
        escape(mount.root),
        escape(mount.mountpoint),
        mount.options.join(','),
        'shared:1 -',
        mount.fileSystem,
        escape(mount.source),
        mount.superOptions.join(','),
      ].join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const escape = (name: string): string =>
  name.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
