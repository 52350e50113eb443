import type { Host } from '../host/host.js';
import { absent, known, type Probe } from '../host/probe.js';

/**
 * Finds a program as Go's exec.LookPath does: the first executable regular file on the PATH. Relative and
 * empty entries are passed over, since Go refuses what it finds through them (exec.ErrDot).
 */
export async function lookPath(host: Host, name: string, path: string): Promise<Probe<string>> {
  for (const directory of path.split(':')) {
    if (!directory.startsWith('/')) continue;
    const program = `${directory.replace(/\/+$/, '')}/${name}`;
    const status = await host.stat(program);
    if (status.state === 'unknown') return status;
    if (status.state === 'known' && status.value.kind === 'file' && (status.value.mode & 0o111) !== 0) {
      return known(program);
    }
  }
  return absent();
}
