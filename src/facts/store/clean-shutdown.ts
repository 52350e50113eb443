import { CLEAN_SHUTDOWN_FILE } from '../../config/storage-conf/usual-files.js';
import type { FileStatus, Host } from '../../host/host.js';
import { absent, type Probe } from '../../host/probe.js';
import { isCrioRunning } from '../node/crio-process.js';

/** What ShutdownWasUnclean (CRI-O internal/lib/container_server.go) will find at the next start. */
export interface CleanShutdownFacts {
  /** clean_shutdown_file of crio.conf; empty when CRI-O does not record how it ended. */
  readonly path: string;
  /** Written when CRI-O ends in order. */
  readonly marker: Probe<FileStatus>;
  /** Written by every CRI-O that came up: without it a missing marker means nothing. */
  readonly supported: Probe<FileStatus>;
  /** While CRI-O runs its files look as they do after a crash; asked only when they look so. */
  readonly running?: Probe<boolean>;
}

export async function readCleanShutdown(
  host: Host,
  path: string = CLEAN_SHUTDOWN_FILE,
): Promise<CleanShutdownFacts> {
  if (path === '') return { path, marker: absent(), supported: absent() };
  const marker = await host.stat(path);
  const supported = await host.stat(`${path}.supported`);
  const unclean = marker.state === 'absent' && supported.state === 'known';
  return { path, marker, supported, ...(unclean ? { running: await isCrioRunning(host) } : {}) };
}
