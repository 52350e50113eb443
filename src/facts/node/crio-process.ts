import type { Host } from '../../host/host.js';
import { known, type Probe } from '../../host/probe.js';

const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];

/**
 * Looks for CRI-O among the processes of its unit. That the unit has a cgroup is not enough: in
 * ExecStartPre we are in it ourselves.
 */
export async function isCrioRunning(host: Host): Promise<Probe<boolean>> {
  for (const hierarchy of CGROUPS) {
    const list = await host.readFile(`${hierarchy}/system.slice/crio.service/cgroup.procs`);
    if (list.state === 'unknown') return list;
    if (list.state === 'absent') continue;
    for (const pid of new TextDecoder().decode(list.value).split('\n')) {
      if (!/^\d+$/.test(pid)) continue;
      const name = await host.readFile(`/proc/${pid}/comm`);
      if (name.state === 'unknown') return name;
      // NixOS wraps programs, and calls the real one .crio-wrapped.
      if (name.state === 'known' && /^(crio|\.crio-wrapped)\n?$/.test(new TextDecoder().decode(name.value))) {
        return known(true);
      }
    }
  }
  return known(false);
}
