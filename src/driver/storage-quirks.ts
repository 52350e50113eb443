/**
 * What differs between versions of containers/storage while a store is opened. Everything that is not
 * here is the same in all versions that were measured (1.43.0 to 1.64.0).
 */
export interface StorageQuirks {
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
  /** The btrfs driver is compiled in, as in Debian's containers-storage; upstream builds CRI-O without it. */
  readonly btrfs: boolean;
  /** go-zfs before v3 splits the columns at blanks and repeats the command's name in its error. */
  readonly oldGoZfs: boolean;
}

export interface StorageVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * @param version of containers/storage
 * @param build CRI-O vendors go-zfs v3 since containers/storage 1.48; Debian builds containers-storage with v2
 *   up to 1.57.2
 */
export function modelOf(version: StorageVersion, build: 'cri-o' | 'debian' = 'cri-o'): StorageQuirks {
  const from = (minor: number): boolean => !isBefore(version, minor);
  return {
    storage: `${version.major}.${version.minor}.${version.patch}`,
    drivers: from(59) ? ['btrfs', 'overlay', 'vfs', 'zfs'] : ['aufs', 'btrfs', 'overlay', 'vfs', 'zfs'],
    ignoresOtherDrivers: from(62),
    quotesUnknownOption: from(62),
    lowerCaseOverlay: from(57),
    doublesLockError: from(59),
    doublesDeviceError: !from(55),
    firstWrite: from(62) ? 'lock' : from(50) ? 'driver' : 'mounts',
    overlayRefusal: from(62) ? 'fuse-overlayfs' : from(46) ? 'whiteout' : 'mount_program',
    btrfs: build === 'debian',
    oldGoZfs: isBefore(version, build === 'debian' ? 58 : 48),
  };
}

const isBefore = ({ major, minor }: StorageVersion, bound: number): boolean => major < 2 && minor < bound;
