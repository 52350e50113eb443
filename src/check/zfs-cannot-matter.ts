import { NEWEST_SUPPORTED } from '../config/installed-crio/crio-version.js';
import { resolveConfiguration } from '../config/effective.js';
import { mayNameZfs } from './diagnose.js';
import { namesZfsDriver } from './zfs-is-not-configured.js';
import { readInvocation } from '../config/service/invocation.js';
import { goAbs } from '../host/paths.js';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import { parentOf } from '../host/paths.js';
import { ZFS_SUPER_MAGIC, type Host } from '../host/host.js';

/**
 * Whether ZFS has nothing to do with this start: another driver, and a graphroot that is not on ZFS. Most nodes
 * are like that; they cost a few reads of small files, and no other program runs.
 *
 * @returns true only when it is certain; with false the whole check runs
 */
export async function zfsCannotMatter(host: Host): Promise<boolean> {
  // What a correction has set may have to be taken back.
  if ((await host.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent') return false;
  const hasModule = (await host.stat('/sys/module/zfs')).state !== 'absent';
  // Then the whole check runs, and that resolves the configuration.
  if (hasModule && (await namesZfsDriver(host))) return false;
  const invocation = await readInvocation(host, { inherited: true });
  if (invocation.missing !== undefined) return false;
  // Versions differ in what they refuse, not in driver and root of a configuration that they accept.
  const configuration = await resolveConfiguration(host, invocation, NEWEST_SUPPORTED);
  if (configuration.kind !== 'resolved' || mayNameZfs(configuration)) return false;
  const { driver, root } = configuration.storage;
  if ((driver.value === '' && hasModule) || root.value === '') return false;
  return !hasModule || isOffZfs(host, goAbs(invocation.workingDirectory, root.value));
}

/** Whether neither the path nor its parent is on ZFS, as far up as they exist. */
async function isOffZfs(host: Host, path: string): Promise<boolean> {
  for (let here = path; ; here = parentOf(here)) {
    const status = await host.statFileSystem(here);
    if (status.state === 'unknown') return false;
    if (status.state === 'known' && status.value.type === ZFS_SUPER_MAGIC) return false;
    if (status.state === 'known' && here !== path) return true;
    if (here === '/') return status.state === 'known';
  }
}
