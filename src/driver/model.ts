/**
 * What differs between versions of containers/storage while a store is opened. Everything that is not
 * here is the same in all versions that were measured (1.43.0 to 1.64.0).
 */
export interface DriverModel {
  /** Version of containers/storage. */
  readonly storage: string;
  /** Names that GetDriver knows. */
  readonly drivers: readonly string[];
  /** Options prefixed with another driver's name are passed over instead of refused. */
  readonly ignoresOtherDrivers: boolean;
  /** `unknown option "foo" ("zfs.foo=bar")` instead of `unknown option zfs.foo`. */
  readonly quotesUnknownOption: boolean;
  /** `overlay: unknown option` instead of `overlay: Unknown option`. */
  readonly lowerCaseOverlay: boolean;
  /** `open P: open P: …` when the lock file cannot be opened. */
  readonly doublesLockError: boolean;
  /** `could not open /dev/zfs: open /dev/zfs: …` */
  readonly doublesDeviceError: boolean;
  /** The first thing made in a graphroot that exists: only seen when its file system is read-only. */
  readonly firstWrite: 'mounts' | 'driver' | 'lock';
  /** How overlay is refused on an OpenZFS without RENAME_WHITEOUT. */
  readonly overlayRefusal: 'mount_program' | 'whiteout' | 'fuse-overlayfs';
  /** go-zfs before v3 splits the columns at blanks and repeats the command's name in its error. */
  readonly oldGoZfs: boolean;
}

export interface StorageVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * @param version of containers/storage that CRI-O vendors
 * @param oldGoZfs go-zfs before 3.0.1: vendored before containers/storage 1.48, and built into Debian's
 *   containers-storage up to 1.57.2
 */
export function modelOf(version: StorageVersion, oldGoZfs = isBefore(version, 48)): DriverModel {
  const from = (minor: number): boolean => !isBefore(version, minor);
  return {
    storage: `${version.major}.${version.minor}.${version.patch}`,
    drivers: from(59) ? ['btrfs', 'overlay', 'vfs', 'zfs'] : ['aufs', 'btrfs', 'overlay', 'vfs', 'zfs'],
    ignoresOtherDrivers: from(62),
    quotesUnknownOption: from(62),
    lowerCaseOverlay: from(59),
    doublesLockError: from(59),
    doublesDeviceError: !from(55),
    firstWrite: from(62) ? 'lock' : from(50) ? 'driver' : 'mounts',
    overlayRefusal: from(62) ? 'fuse-overlayfs' : from(46) ? 'whiteout' : 'mount_program',
    oldGoZfs,
  };
}

const isBefore = ({ major, minor }: StorageVersion, bound: number): boolean => major < 2 && minor < bound;
