import type { Host } from '../host/host.js';
import { known, unknown, type Probe } from '../host/probe.js';
import { parseCrioVersion, type CrioVersion } from './crio-version.js';

/** What `crio --version` said the last time, and of which file. Written by the run before CRI-O's start. */
export const VERSION_CACHE = '/run/crio-guard/crio-version.json';

export interface RememberedVersion {
  readonly program: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** Output of `crio --version`. */
  readonly output: string;
}

/**
 * crio reads storage.conf even to print its version, and fails when it is broken. This one is in order; it
 * is installed beside the program.
 */
export const HARMLESS_STORAGE_CONF = '/usr/share/crio-guard/storage.conf';

/** Asks the installed CRI-O for its version, unless the same file was asked before. */
export async function readInstalledVersion(host: Host, program: string): Promise<Probe<RememberedVersion>> {
  const status = await host.stat(program);
  if (status.state !== 'known') return status;
  const { size, modified } = status.value;
  const remembered = await readCache(host);
  if (remembered?.program === program && remembered.size === size && remembered.modified === modified) {
    return known(remembered);
  }
  const answer = await host.run(program, ['--version']);
  if (answer.state !== 'known') return answer;
  if (answer.value.exitCode === 0) return known({ program, size, modified, output: answer.value.stdout });
  const again = await host.run(program, ['--version'], {
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C', CONTAINERS_STORAGE_CONF: HARMLESS_STORAGE_CONF },
  });
  if (again.state !== 'known') return again;
  return known({ program, size, modified, output: again.value.stdout });
}

export async function askInstalledVersion(host: Host, program: string): Promise<Probe<CrioVersion>> {
  const answer = await readInstalledVersion(host, program);
  if (answer.state !== 'known') return answer;
  const version = parseCrioVersion(answer.value.output);
  return version === undefined
    ? unknown('unreadable', `tell the version of ${program}`, 'its output names none')
    : known(version);
}

async function readCache(host: Host): Promise<RememberedVersion | undefined> {
  const bytes = await host.readFile(VERSION_CACHE);
  if (bytes.state !== 'known') return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    return isRemembered(value) ? value : undefined;
  } catch {
    // A cache that cannot be read is no cache.
    return undefined;
  }
}

function isRemembered(value: unknown): value is RememberedVersion {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'program' in value &&
    typeof value.program === 'string' &&
    'size' in value &&
    typeof value.size === 'number' &&
    'modified' in value &&
    typeof value.modified === 'number' &&
    'output' in value &&
    typeof value.output === 'string'
  );
}
