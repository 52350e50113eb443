import type { Execution, FileStatus } from '../host/host.js';
import type { Probe } from '../host/probe.js';
import type { Dataset } from './zfs/datasets.js';
import type { DeepFacts } from './node/deep.js';
import type { DockerStore } from './node/docker.js';
import type { IntendedDataset } from './zfs/intended.js';
import type { Mount } from '../host/mountinfo.js';
import type { PathFacts } from './path-facts.js';
import type { RequestedMount } from './zfs/planned-mounts.js';
import type { Pool } from './zfs/pools.js';
import type { StoreFacts } from './store/store.js';
import type { Surroundings } from './node/surroundings.js';

/** Everything known about the machine. Plain data: it is printed as JSON and replayed from a file. */
export interface Facts {
  /** /proc/self/mountinfo, in its order. */
  readonly mounts: Probe<readonly Mount[]>;
  readonly graphroot: PathFacts;
  readonly runroot: PathFacts;
  /** Only when an imagestore is set. */
  readonly imagestore?: PathFacts;
  readonly zfs: ZfsFacts;
  readonly store: StoreFacts;
  readonly service: ServiceFacts;
  /** Only where ZFS matters to CRI-O. */
  readonly surroundings?: Surroundings;
  /** Only with `--check --deep`, and where ZFS matters to CRI-O. */
  readonly deep?: DeepFacts;
  /** The unmounted dataset that graphroot is meant to lie on; absent when there is none. */
  readonly intended?: IntendedDataset;
  /** Mountpoints over a dataset on the way to graphroot that a unit file mounts. */
  readonly mountUnits?: readonly string[];
  /** Docker's storage, only where ZFS matters to CRI-O. */
  readonly docker?: Probe<DockerStore>;
}

export interface ZfsFacts {
  /** Loaded module; its version where the kernel reports one. */
  readonly module: Probe<{ readonly version: string }>;
  /** /dev/zfs */
  readonly device: Probe<FileStatus>;
  /** Absolute path of `zfs` on the PATH of crio.service, as exec.LookPath finds it. */
  readonly command: Probe<string>;
  /** `fuse-overlayfs` on that PATH, which stands in for overlay; asked only where overlay may be tried on ZFS. */
  readonly fuseOverlayfs?: Probe<string>;
  /** overlay.mount_program, where it is set. */
  readonly mountProgram?: Probe<FileStatus>;
  /** Read-only stores that overlay is to look into as well, by their clean paths. */
  readonly additionalStores?: readonly { readonly path: string; readonly status: Probe<FileStatus> }[];
  /** `mkcomposefs` on that PATH, where overlay is to use composefs. */
  readonly composefsHelper?: Probe<string>;
  /** Imported pools with their state from /proc/spl/kstat/zfs. */
  readonly pools: Probe<readonly Pool[]>;
  /** All file systems and volumes, from one `zfs list`. */
  readonly datasets: Probe<readonly Dataset[]>;
  /**
   * The driver's own listing of the dataset it will use, asked only when `datasets` does not hold it: for the
   * words of the refusal.
   */
  readonly fsnameListing?: Probe<Execution>;
  /**
   * Mountpoints of ZFS whose stat(2) may give the device of graphroot, in mountinfo's order, up to the
   * first that does (driver/zfs lookupZfsDataset).
   */
  readonly lookup: readonly { readonly mount: Mount; readonly device: Probe<string> }[];
  /** Version of the tools, asked only when it matters. */
  readonly toolsVersion?: Probe<string>;
  /** Snapshots of the dataset of the layers and of all below it; only with `--check --deep`. */
  readonly snapshots?: Probe<readonly string[]>;
  /** ZFS mounts that /etc/fstab and the cache of zfs-mount-generator request. */
  readonly planned?: readonly RequestedMount[];
  /** Directories that /etc/fstab mounts something on, of any file system. */
  readonly fstab?: readonly string[];
  /** Pools that /etc/zfs/zpool.cache imports at boot. */
  readonly cachedPools?: Probe<readonly string[]>;
  /** Module that could be loaded into the running kernel; asked only where /dev/zfs is missing. */
  readonly installedModule?: Probe<string>;
}

/** What systemd knows of crio.service. */
export interface ServiceFacts {
  /** Absolute path of the crio program. */
  readonly program: string;
  /** PATH that crio.service gets. */
  readonly path: string;
  /** Units that crio.service is ordered after, and paths it requires mounts for; asked only when an administrator runs the check. */
  readonly ordering?: Probe<{
    readonly after: readonly string[];
    readonly requiresMountsFor: readonly string[];
  }>;
}
