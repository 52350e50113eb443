import type { Host } from '../../host/host.js';
import { absent, known, type Probe } from '../../host/probe.js';

/** Where the modules of the running kernel lie; the last is NixOS's. */
const ROOTS = ['/lib/modules', '/usr/lib/modules', '/run/booted-system/kernel-modules/lib/modules'];

/**
 * The zfs module that modprobe would load into the running kernel; absent when modules.dep does not name
 * one. Asked only where /dev/zfs is missing.
 */
export async function installedModule(host: Host): Promise<Probe<string>> {
  const release = await host.readFile('/proc/sys/kernel/osrelease');
  if (release.state !== 'known') return release;
  const version = new TextDecoder().decode(release.value).trim();
  let answer: Probe<string> = absent();
  for (const root of ROOTS) {
    const list = await host.readFile(`${root}/${version}/modules.dep`, 64 * 1024 * 1024);
    if (list.state === 'known') {
      const module = /^(\S*\/zfs\.ko(?:\.\w+)?):/m.exec(new TextDecoder().decode(list.value))?.[1];
      if (module !== undefined) return known(`${root}/${version}/${module}`);
    } else if (list.state === 'unknown') {
      answer = list;
    }
  }
  return answer;
}
