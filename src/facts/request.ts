import type { ServiceFacts } from './facts.js';

/** What the collection needs to know of CRI-O: roots as the store makes them (absolute, cleaned). */
export interface CollectionRequest {
  readonly graphroot: string;
  readonly runroot: string;
  /** As it was written. */
  readonly imagestore: string;
  /** The driver works in the image store, where one is set (store.go createGraphDriverLocked). */
  readonly driverInImagestore: boolean;
  readonly workingDirectory: string;
  readonly driver: string;
  /** zfs.fsname as the driver will read it; empty when it is not set. */
  readonly fsname: string;
  /** overlay.mount_program; empty when it is not set. */
  readonly mountProgram: string;
  /** Absolute paths of overlay's additional stores. */
  readonly additionalStores: readonly string[];
  /** overlay.use_composefs */
  readonly composefs: boolean;
  readonly service: ServiceFacts;
  /** clean_shutdown_file; CRI-O's default where it is not known. */
  readonly cleanShutdownFile?: string;
  /** Also ask systemd what crio.service waits for; `deep` does, too. */
  readonly ordering: boolean;
  /** Also look at what takes long. */
  readonly deep: boolean;
  /** Told what is looked at while that goes on. */
  readonly onStep?: (step: string) => void;
}
