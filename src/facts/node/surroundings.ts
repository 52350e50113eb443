import type { Host } from '../../host/host.js';
import { mapProbe, type Probe } from '../../host/probe.js';
import { readCleanShutdown, type CleanShutdownFacts } from '../store/clean-shutdown.js';
import { readKubelet, type KubeletFacts } from './kubelet.js';
import { readOtherStores, type OtherStore } from '../store/other-stores.js';
import { readSnapshotTools, type SnapshotTools } from './snapshot-tools.js';
import type { StoreFacts, StorePlace } from '../store/store.js';
import { decodeText } from '../../text/utf8.js';

/** What lies around the store and may harm it later. A few small files; no program is run for them. */
export interface Surroundings {
  readonly cleanShutdown: CleanShutdownFacts;
  readonly otherStores: readonly OtherStore[];
  readonly snapshotTools: SnapshotTools;
  /** Whether SELinux enforces; absent where there is none. */
  readonly selinuxEnforcing: Probe<boolean>;
  readonly kubelet: Probe<KubeletFacts>;
}

export interface SurroundingsRequest extends StorePlace {
  /** clean_shutdown_file; CRI-O's default where it is not known. */
  readonly cleanShutdownFile?: string;
}

/** Only asked on hosts where ZFS matters to CRI-O. */
export async function collectSurroundings(
  host: Host,
  request: SurroundingsRequest,
  store: StoreFacts,
): Promise<Surroundings> {
  return {
    cleanShutdown: await readCleanShutdown(host, request.cleanShutdownFile),
    otherStores: await readOtherStores(host, request, store),
    snapshotTools: await readSnapshotTools(host),
    selinuxEnforcing: mapProbe(
      await host.readFile('/sys/fs/selinux/enforce'),
      (bytes) => decodeText(bytes).trim() === '1',
    ),
    kubelet: await readKubelet(host),
  };
}
