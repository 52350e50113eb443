import { CONTENT_LIMIT, type Host } from './host.js';
import { parseMountInfo, type Mount } from './mountinfo.js';
import { chainProbe, type Probe } from './probe.js';

/** The mounts that this process sees (proc(5)). */
export const MOUNT_TABLE = '/proc/self/mountinfo';

/** The table of mounts, as the host has it parsed already or as it reads it. */
export async function readMounts(host: Host): Promise<Probe<readonly Mount[]>> {
  if (host.mountTable !== undefined) return host.mountTable();
  return chainProbe(await host.readFile(MOUNT_TABLE, CONTENT_LIMIT), parseMountInfo);
}
