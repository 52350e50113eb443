import { CLEAN_SHUTDOWN_FILE } from '../../config/effective.js';
import type { FileStatus, Host } from '../../host/host.js';
import { absent, known, type Probe } from '../../host/probe.js';

/** What ShutdownWasUnclean (CRI-O internal/lib/container_server.go) will find at the next start. */
export interface CleanShutdownFacts {
  /** clean_shutdown_file of crio.conf; empty when CRI-O is not to know how it ended. */
  readonly path: string;
  /** Written when CRI-O ends in order. */
  readonly marker: Probe<FileStatus>;
  /** Written by every CRI-O that came up: without it a missing marker means nothing. */
  readonly supported: Probe<FileStatus>;
  /** While CRI-O runs its files look as they do after a crash; asked only when they look so. */
  readonly running?: Probe<boolean>;
}

const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];

export async function readCleanShutdown(
  host: Host,
  path: string = CLEAN_SHUTDOWN_FILE,
): Promise<CleanShutdownFacts> {
  if (path === '') return { path, marker: absent(), supported: absent() };
  const marker = await host.stat(path);
  const supported = await host.stat(`${path}.supported`);
  const unclean = marker.state === 'absent' && supported.state === 'known';
  return { path, marker, supported, ...(unclean ? { running: await isRunning(host) } : {}) };
}

/**
 * Looks for CRI-O among the processes of its unit. That the unit has a cgroup is not enough: in
 * ExecStartPre we are in it ourselves.
 */
async function isRunning(host: Host): Promise<Probe<boolean>> {
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
