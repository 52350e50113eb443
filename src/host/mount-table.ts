import { CONTENT_LIMIT, type Host } from './host.js';
import { parseMountInfo, type Mount } from './mountinfo.js';
import { chainProbe, unknown, type Probe } from './probe.js';

/** The mounts that this process sees (proc(5)). */
export const MOUNT_TABLE = '/proc/self/mountinfo';

/** The table of mounts, as the host has it parsed already or as it reads it. */
export async function readMounts(host: Host): Promise<Probe<readonly Mount[]>> {
  const table =
    host.mountTable === undefined
      ? chainProbe(await host.readFile(MOUNT_TABLE, CONTENT_LIMIT), parseMountInfo)
      : await host.mountTable();
  // Every process has one. Where it is missing, the answer proves nothing.
  return table.state === 'absent' ? unknown('failed', `read ${MOUNT_TABLE}`, 'it is not there') : table;
}
