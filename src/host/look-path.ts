import { fromWorkingDirectory, goJoin } from './paths.js';
import type { Host } from './host.js';
import { absent, known, type Probe } from './probe.js';

/**
 * Finds a program as Go's exec.LookPath does: the first executable file on the PATH. What is found through a
 * relative or empty entry, Go refuses (exec.ErrDot), and looks no further.
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
