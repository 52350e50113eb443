import { fromWorkingDirectory, goJoin } from './paths.js';
import type { Host } from './host.js';
import { absent, known, type Probe } from './probe.js';

/** Where the tools that we run are found, on NixOS too. */
export const TOOL_PATH = '/usr/bin:/bin:/run/current-system/sw/bin:/usr/sbin:/sbin';

/** A tool that we run ourselves. @param first directories to search before the usual ones */
export function findTool(host: Host, name: string, first = ''): Promise<Probe<string>> {
  return lookPath(host, name, first === '' ? TOOL_PATH : `${first}:${TOOL_PATH}`);
}

/**
 * Finds a program as Go's exec.LookPath does: the first executable file on the PATH. Go refuses a program that is
 * found through a relative or empty entry (exec.ErrDot), and searches no further.
 */
export async function lookPath(
  host: Host,
  name: string,
  path: string,
  workingDirectory = '/',
): Promise<Probe<string>> {
  for (const directory of path === '' ? [] : path.split(':')) {
    const program = goJoin(directory === '' ? '.' : directory, name);
    const status = await host.stat(fromWorkingDirectory(workingDirectory, program));
    if (status.state === 'unknown') return status;
    if (status.state === 'known' && status.value.kind === 'file' && (status.value.mode & 0o111) !== 0) {
      return program.startsWith('/') ? known(program) : absent();
    }
  }
  return absent();
}
