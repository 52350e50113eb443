import type { RefusalCause } from '../config/refusal.js';

/** Why CRI-O fails to start: its configuration is refused, or its store is. */
export type FailureCause = RefusalCause | StoreCause;

/** Why containers/storage does not open the store. */
export type StoreCause =
  | { readonly kind: 'roots-empty' }
  | DirectoryCause
  | { readonly kind: 'lock-not-opened'; readonly path: string; readonly reason: string }
  | { readonly kind: 'several-prior-drivers'; readonly drivers: readonly string[] }
  /** No driver is named, and the one that was used before does not start. */
  | { readonly kind: 'prior-driver'; readonly driver: string; readonly cause: DriverCause }
  | { readonly kind: 'no-driver-works' }
  | {
      readonly kind: 'store-file-unreadable';
      readonly path: string;
      readonly reason: 'is a directory' | 'too many levels of symbolic links';
    }
  | { readonly kind: 'store-file-broken'; readonly path: string }
  | DriverCause;

/** The kernel does not let a directory be made. */
export interface DirectoryCause {
  readonly kind: 'directory-not-made';
  readonly path: string;
  readonly reason: string;
}

/** Why one driver does not start. */
export type DriverCause =
  | { readonly kind: 'driver-unknown'; readonly driver: string }
  | { readonly kind: 'driver-not-in-kernel'; readonly driver: 'aufs' }
  | { readonly kind: 'graphroot-not-on-btrfs' }
  | OptionCause
  | {
      readonly kind: 'overlay-not-supported';
      /** graphroot is on overlayfs, its path cannot be a mount option, or OpenZFS has no whiteouts. */
      readonly because: 'overlayfs' | 'path' | 'old-zfs';
      /** Magic number. */
      readonly fileSystem?: number;
    }
  | { readonly kind: 'zfs-command-missing' }
  | { readonly kind: 'zfs-device-missing'; readonly reason: 'is a directory' | 'no such file or directory' }
  | { readonly kind: 'parent-not-zfs' }
  | { readonly kind: 'graphroot-not-in-mounts' }
  /** `zfs list` fails on the dataset. */
  | {
      readonly kind: 'dataset-refused';
      readonly dataset: string;
      readonly exitCode: number;
      readonly answer: string;
    }
  | { readonly kind: 'dataset-not-listed'; readonly dataset: string }
  | { readonly kind: 'zfs-list-not-understood'; readonly dataset: string }
  | { readonly kind: 'driver-directory-not-made'; readonly cause: DirectoryCause }
  | DirectoryCause;

/** A driver refuses an option. */
export type OptionCause = {
  readonly driver: string;
  /** As CRI-O hands it to the driver. */
  readonly option: string;
} & (
  | { readonly kind: 'option-without-value' | 'mount-options-not-supported' }
  | { readonly kind: 'option-of-unknown-driver'; readonly prefix: string }
  /** `name` is the key without the prefix of the driver. */
  | { readonly kind: 'unknown-option'; readonly name: string }
  | { readonly kind: 'invalid-option-value'; readonly problem: ValueProblem }
  | { readonly kind: 'mount-program-missing'; readonly program: string }
  /** A read-only store that overlay is to look into as well. */
  | {
      readonly kind: 'additional-store-refused';
      readonly store: 'image' | 'layer';
      readonly path: string;
      readonly problem: 'relative' | 'missing' | 'not a directory';
    }
  | { readonly kind: 'composefs-helper-missing' }
  /** `fileSystem` is a magic number. */
  | { readonly kind: 'limits-need-xfs'; readonly fileSystem?: number }
);

/** What Go says of a value. */
export type ValueProblem =
  | { readonly kind: 'syntax'; readonly parser: string; readonly text: string }
  | { readonly kind: 'size' | 'suffix'; readonly text: string };

/** The cause of the refusal itself, where a driver was only tried for its prior state. */
export const innerCause = (cause: FailureCause): FailureCause =>
  cause.kind === 'prior-driver' ? cause.cause : cause;
