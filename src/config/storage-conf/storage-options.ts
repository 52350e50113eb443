import type { ConfigurationFile } from '../go-struct/configuration-file.js';
import type { Behaviour } from '../installed-crio/version-table.js';
import { BUILT_IN, sourced, type Origin, type Sourced } from '../origin.js';

const OPTIONS = 'storage.options';

/** Option names of each driver's own table, and whether the global option of that name stands in for it. */
const DRIVER_OPTIONS: Readonly<Record<string, readonly (readonly [string, boolean])[]>> = {
  overlay: [
    ['ignore_chown_errors', true],
    ['mount_program', true],
    ['mountopt', true],
    ['size', true],
    ['inodes', false],
    ['skip_mount_home', true],
    ['force_mask', true],
    ['use_composefs', false],
  ],
  aufs: [['mountopt', true]],
  vfs: [['ignore_chown_errors', true]],
  zfs: [
    ['fsname', false],
    ['mountopt', true],
    ['size', true],
  ],
};

/**
 * The list of driver options that a storage.conf makes (types/options.go ReloadConfigurationFile, then
 * pkg/config GetGraphDriverOptions).
 *
 * @param prefix the driver as the file or STORAGE_DRIVER names it
 * @param driver the same after overlay2 was renamed
 */
export function storageOptions(
  file: ConfigurationFile,
  behaviour: Behaviour,
  prefix: string,
  driver: string,
): Sourced<string>[] {
  const options: Sourced<string>[] = [];
  const add = (name: string, value: string, origin: Origin, of = prefix): void => {
    options.push(sourced(`${of}.${name}=${value}`, origin));
  };
  for (const [key, name] of [
    ['additionalimagestores', 'imagestore'],
    ['additionallayerstores', 'additionallayerstore'],
  ] as const) {
    const list = file.strings(`${OPTIONS}.${key}`);
    for (const value of list?.values ?? []) add(name, value, list?.origin ?? BUILT_IN);
  }
  for (const name of ['size', 'mount_program', 'skip_mount_home', 'ignore_chown_errors']) {
    const found = file.string(`${OPTIONS}.${name}`);
    if (found !== undefined && found.value !== '') add(name, found.value, found.origin);
  }
  const mask = file.integer(`${OPTIONS}.force_mask`);
  if (mask !== undefined && mask.value !== 0n) add('force_mask', mask.value.toString(8), mask.origin);
  const mountopt = file.string(`${OPTIONS}.mountopt`);
  if (mountopt !== undefined && mountopt.value !== '') add('mountopt', mountopt.value, mountopt.origin);
  return [...options, ...driverOptions(file, behaviour, driver)];
}

function driverOptions(file: ConfigurationFile, behaviour: Behaviour, driver: string): Sourced<string>[] {
  if (driver === 'btrfs') return btrfsOptions(file);
  if (driver === 'devicemapper') return behaviour.thinpoolTable ? thinpoolOptions(file) : [];
  const options: Sourced<string>[] = [];
  if (driver === 'aufs' && !behaviour.aufsTable) return [];
  for (const [name, takesGlobal] of DRIVER_OPTIONS[driver] ?? []) {
    const own = file.string(`${OPTIONS}.${driver}.${name}`);
    const found =
      own !== undefined && own.value !== '' ? own : takesGlobal ? globalOption(file, name) : undefined;
    if (found !== undefined && found.value !== '') {
      options.push(sourced(`${driver}.${name}=${found.value}`, found.origin));
    }
  }
  return options;
}

function globalOption(file: ConfigurationFile, name: string): ReturnType<ConfigurationFile['string']> {
  if (name !== 'force_mask') return file.string(`${OPTIONS}.${name}`);
  const mask = file.integer(`${OPTIONS}.force_mask`);
  if (mask === undefined || mask.value === 0n) return undefined;
  return { value: fileMode(Number(mask.value)), origin: mask.origin };
}

/** With min_space nothing else is passed on. */
function btrfsOptions(file: ConfigurationFile): Sourced<string>[] {
  const space = file.string(`${OPTIONS}.btrfs.min_space`);
  if (space !== undefined && space.value !== '')
    return [sourced(`btrfs.min_space=${space.value}`, space.origin)];
  const own = file.string(`${OPTIONS}.btrfs.size`);
  const size = own !== undefined && own.value !== '' ? own : file.string(`${OPTIONS}.size`);
  return size === undefined || size.value === '' ? [] : [sourced(`btrfs.size=${size.value}`, size.origin)];
}

const THINPOOL = `autoextend_percent=dm.thinp_autoextend_percent autoextend_threshold=dm.thinp_autoextend_threshold
  basesize=dm.basesize blocksize=dm.blocksize directlvm_device=dm.directlvm_device
  directlvm_device_force=dm.directlvm_device_force fs=dm.fs log_level=dm.libdm_log_level
  metadata_size=dm.metadata_size min_free_space=dm.min_free_space mkfsarg=dm.mkfsarg mountopt=devicemapper.mountopt
  size=devicemapper.size use_deferred_deletion=dm.use_deferred_deletion
  use_deferred_removal=dm.use_deferred_removal xfs_nospace_max_retries=dm.xfs_nospace_max_retries`;

/** The table thinpool, whose options have names of their own. */
function thinpoolOptions(file: ConfigurationFile): Sourced<string>[] {
  return THINPOOL.split(/\s+/).flatMap((pair) => {
    const [name = '', option = ''] = pair.split('=');
    const own = file.string(`${OPTIONS}.thinpool.${name}`);
    const isGlobal = option.startsWith('devicemapper.') && (own === undefined || own.value === '');
    const found = isGlobal ? file.string(`${OPTIONS}.${name}`) : own;
    return found === undefined || found.value === ''
      ? []
      : [sourced(`${option}=${found.value}`, found.origin)];
  });
}

/** os.FileMode.String: the global force_mask is printed with `%s` for overlay. */
function fileMode(mode: number): string {
  const types = Array.from('dalTLDpSugct?')
    .filter((_, index) => (mode & (1 << (31 - index))) !== 0)
    .join('');
  const bits = Array.from('rwxrwxrwx', (letter, index) => ((mode & (1 << (8 - index))) === 0 ? '-' : letter));
  return `${types === '' ? '-' : types}${bits.join('')}`;
}
