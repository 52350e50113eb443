import { ADDED, KATA } from '../cli/kata-node.js';
import type { NodeKind } from './scene.js';

const TANK = { name: 'tank', mountpoint: 'none' } as const;
const STORE = { name: 'tank/crio', mountpoint: '/var/lib/crio' } as const;
const LAYER = 'a'.repeat(64);

const storageConf = (graphroot: string, more = ''): string =>
  `[storage]\ndriver = "zfs"\ngraphroot = "${graphroot}"\nrunroot = "/run/c"\n${more}`;
const CONF = '/etc/containers/storage.conf';
const UNITS = {
  '/usr/lib/systemd/system/crio.service':
    '[Service]\nExecStart=/usr/bin/crio\nEnvironmentFile=-/run/crio-guard/crio.env\n',
  '/usr/lib/systemd/system/zfs-mount.service': '[Service]\n',
};
const DEFAULT = '/var/lib/crio/containers';

/** A correction, and the command that makes it. */
export interface PlayedCorrection extends NodeKind {
  readonly command: readonly string[];
  /** What the correction changes ends with the boot. */
  readonly endsWithBoot?: boolean;
}

const PRESTART = ['--prestart'];

export const PLAYED: Readonly<Record<string, PlayedCorrection>> = {
  'CG201, new drop-in': {
    command: PRESTART,
    datasets: [TANK, STORE],
    mounted: [STORE.name],
    files: { ...UNITS, [CONF]: storageConf(STORE.mountpoint) },
  },
  'CG201, option list': {
    command: PRESTART,
    datasets: [TANK, STORE, { name: `tank/crio/${LAYER}`, mountpoint: 'none' }],
    mounted: [STORE.name],
    files: {
      ...UNITS,
      [CONF]: storageConf(STORE.mountpoint),
      '/etc/crio/crio.conf.d/10-other.conf': '[crio.image]\npause_image = "pause"\n',
      '/backing/tank/crio/zfs-layers/layers.json': `[{"id":"${LAYER}","created":"2026-01-01T00:00:00Z"}]`,
    },
  },
  'CG111, variables': {
    command: PRESTART,
    datasets: [TANK, STORE],
    mounted: [STORE.name],
    files: {
      ...UNITS,
      [CONF]: storageConf(STORE.mountpoint, '[storage.options.zfs]\nfsname = "tank/crio"\n'),
      [KATA]: ADDED,
    },
    endsWithBoot: true,
  },
  'CG205, module': {
    command: PRESTART,
    datasets: [TANK, STORE],
    mounted: [],
    hasModule: false,
    files: {
      ...UNITS,
      [CONF]: storageConf(STORE.mountpoint, '[storage.options.zfs]\nfsname = "tank/crio"\n'),
      '/lib/modules/6.1.0-made-up/modules.dep': 'extra/zfs.ko: extra/spl.ko\n',
    },
    endsWithBoot: true,
  },
  'CG301, mount': {
    command: PRESTART,
    datasets: [TANK, STORE],
    mounted: [],
    files: { ...UNITS, [CONF]: storageConf(DEFAULT) },
    directories: [STORE.mountpoint],
    endsWithBoot: true,
  },
  'CG303, key, skeleton aside, mount': {
    command: PRESTART,
    datasets: [TANK, { ...STORE, keyFile: '/etc/zfs/key' }],
    mounted: [],
    files: {
      ...UNITS,
      [CONF]: storageConf(DEFAULT),
      '/etc/zfs/key': 'secret\n',
      '/var/lib/crio/containers/storage.lock': '',
    },
  },
  'CG310, unit': {
    command: ['--fix', '--yes'],
    isUnordered: true,
    datasets: [TANK, STORE],
    mounted: [STORE.name],
    files: { ...UNITS, [CONF]: storageConf(DEFAULT) },
  },
};
