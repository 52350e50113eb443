import type { Behaviour } from '../config/installed-crio/version-table.js';

/**
 * What differs between versions of containers/storage while a store is opened, as the rows of the version table
 * say it. Everything else is the same in all supported versions.
 */
export interface StorageQuirks {
  /** Names that GetDriver knows. */
  readonly drivers: readonly string[];
  /** The driver works in the image store, where one is set, instead of graphroot. */
  readonly driverInImagestore: boolean;
  /** Images are read from graphroot as well where an image store is set. */
  readonly imagesInGraphrootToo: boolean;
  /** The server makes graphroot/artifacts after it opened the store. */
  readonly artifactsDirectory: boolean;
  /** Options with the name of another driver before them are ignored instead of refused. */
  readonly ignoresOtherDrivers: boolean;
  /** `unknown option "foo" ("zfs.foo=bar")` instead of `unknown option zfs.foo`. */
  readonly quotesUnknownOption: boolean;
  /** `overlay: unknown option` instead of `overlay: Unknown option`. */
  readonly lowerCaseOverlay: boolean;
  /** `open P: open P: …` when the lock file cannot be opened. */
  readonly doublesLockError: boolean;
  /** The first thing made in a graphroot that exists: it matters only on a read-only file system. */
  readonly firstWrite: 'driver' | 'lock';
  /** How overlay is refused on an OpenZFS without RENAME_WHITEOUT. */
  readonly overlayRefusal: 'whiteout' | 'fuse-overlayfs';
  /** The btrfs driver is compiled in, as in Debian's containers-storage; upstream builds CRI-O without it. */
  readonly btrfs: boolean;
  /** Debian builds with go-zfs v2, which splits columns at blanks and repeats the command's name in its error. */
  readonly oldGoZfs: boolean;
}

/** @param debian Debian's build of containers-storage */
export function quirksOf(behaviour: Behaviour, debian = false): StorageQuirks {
  const { storage162 } = behaviour;
  return {
    drivers: [...(behaviour.aufsDriver ? ['aufs'] : []), 'btrfs', 'overlay', 'vfs', 'zfs'],
    driverInImagestore: behaviour.driverInImagestore,
    imagesInGraphrootToo: behaviour.imagesInGraphrootToo,
    artifactsDirectory: behaviour.artifactsDirectory,
    ignoresOtherDrivers: storage162,
    quotesUnknownOption: storage162,
    lowerCaseOverlay: behaviour.lowerCaseOverlay,
    doublesLockError: behaviour.doublesLockError,
    firstWrite: storage162 ? 'lock' : 'driver',
    overlayRefusal: storage162 ? 'fuse-overlayfs' : 'whiteout',
    btrfs: debian,
    oldGoZfs: debian && !storage162,
  };
}
