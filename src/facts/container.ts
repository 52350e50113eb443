import type { Host } from '../host/host.js';

/**
 * Whether systemd runs in a container. With /dev/zfs passed in, zfs lists the datasets of the host there, as
 * not mounted: it is the host that mounts them, and in its own tree.
 */
export async function isContainer(host: Host): Promise<boolean> {
  return (await host.stat('/run/systemd/container')).state === 'known';
}
