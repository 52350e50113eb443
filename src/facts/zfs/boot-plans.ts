import type { Host } from '../../host/host.js';
import type { ZfsFacts } from '../facts.js';
import { installedModule } from './kernel-module.js';
import { readPlannedMounts } from './planned-mounts.js';
import { readCachedPools } from './pool-cache.js';

/** What the host would have mounted, imported and loaded: for the causes of what is missing. */
export async function collectPlans(
  host: Host,
  device: ZfsFacts['device'],
  pools: ZfsFacts['pools'],
): Promise<Pick<ZfsFacts, 'planned' | 'cachedPools' | 'installedModule'>> {
  return {
    planned: await readPlannedMounts(host, pools),
    cachedPools: await readCachedPools(host),
    ...(device.state === 'absent' ? { installedModule: await installedModule(host) } : {}),
  };
}
