import type { Host } from '../../host/host.js';
import { known, valueOf, type Probe } from '../../host/probe.js';
import { decodeText } from '../../text/utf8.js';

const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];

/** crio.service under its names. */
const GUARDED = ['crio.service', 'cri-o.service'];

/** CRI-O is the first process of its unit; the processes of containers are in units of their own. */
const LOOKED_AT = 64;

/**
 * Looks for CRI-O among the processes of its unit. That the unit has a cgroup is not enough: in
 * ExecStartPre we are in it ourselves.
 */
export async function isCrioRunning(host: Host): Promise<Probe<boolean>> {
  for (const hierarchy of CGROUPS) {
    const found = await runsCrio(host, `${hierarchy}/system.slice/crio.service`);
    if (found.state === 'unknown') return found;
    if (found.state === 'known' && found.value) return found;
  }
  return known(false);
}

/** The other services in whose unit CRI-O runs, which no drop-in of crio.service reaches. */
export async function otherUnitsOfCrio(host: Host): Promise<Probe<readonly string[]>> {
  for (const hierarchy of CGROUPS) {
    const slice = `${hierarchy}/system.slice`;
    const entries = await host.readDirectory(slice);
    if (entries.state === 'unknown') return entries;
    const units: string[] = [];
    for (const { name } of valueOf(entries) ?? []) {
      if (!name.endsWith('.service') || GUARDED.includes(name)) continue;
      const found = await runsCrio(host, `${slice}/${name}`);
      if (found.state === 'unknown') return found;
      if (found.state === 'known' && found.value) units.push(name);
    }
    if (entries.state === 'known') return known(units);
  }
  return known([]);
}

/** @returns absent where there is no such unit */
async function runsCrio(host: Host, cgroup: string): Promise<Probe<boolean>> {
  const list = await host.readFile(`${cgroup}/cgroup.procs`);
  if (list.state !== 'known') return list;
  const processes = decodeText(list.value).split('\n');
  for (const pid of processes.filter((line) => /^\d+$/.test(line)).slice(0, LOOKED_AT)) {
    const name = await host.readFile(`/proc/${pid}/comm`);
    if (name.state === 'unknown') return name;
    // NixOS wraps programs, and calls the real one .crio-wrapped.
    if (name.state === 'known' && /^(crio|\.crio-wrapped)\n?$/.test(decodeText(name.value))) {
      return known(true);
    }
  }
  return known(false);
}
