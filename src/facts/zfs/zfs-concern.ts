import { ZFS_SUPER_MAGIC } from '../../host/host.js';

/** Whether the configuration itself names ZFS. */
export const namesZfs = (driver: string, options: readonly string[]): boolean =>
  driver === 'zfs' || options.some((option) => option.toLowerCase().startsWith('zfs.'));

/**
 * Whether an answer of ZFS can change what CRI-O does or where its layers lie: with another driver on other file
 * systems it cannot.
 *
 * @param driver empty where containers/storage chooses, which may be zfs
 * @param fileSystems `f_type` of graphroot and of its parent, as far as they are known
 */
export const concernsZfs = (driver: string, fileSystems: readonly (number | undefined)[]): boolean =>
  driver === 'zfs' || driver === '' || fileSystems.includes(ZFS_SUPER_MAGIC);
