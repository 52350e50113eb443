import { isRecord, parseRecord } from '../../text/json-record.js';
import type { Host } from '../../host/host.js';
import { chainProbe, known, mapProbe, unknown, type Probe } from '../../host/probe.js';
import { readTrustedFile } from '../../host/trusted-file.js';
import { parseCrioVersion, type CrioVersion } from './crio-version.js';
import { decodeText } from '../../text/utf8.js';

export const VERSION_FILE = 'crio-version.json';

/**
 * The output of `crio --version` and the file it came from: for this boot, and across boots. Only the run before
 * CRI-O's start writes them (report/keep-version.ts).
 */
export const VERSION_CACHES = [
  `/run/crio-guard/${VERSION_FILE}`,
  `/var/lib/crio-guard/${VERSION_FILE}`,
] as const;

export interface RememberedVersion {
  /** Of the format. */
  readonly version: 1;
  readonly program: string;
  /** On NixOS all programs have the same time, and the path is a link that leads elsewhere after an upgrade. */
  readonly inode: number;
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

/**
 * The version of the installed CRI-O, from a cache if the same file was asked before, otherwise from the program.
 *
 * @param remember receives a version that the program was asked for
 */
export async function askInstalledVersion(
  host: Host,
  program: string,
  remember: (version: RememberedVersion) => void = () => undefined,
): Promise<Probe<CrioVersion>> {
  const status = await host.stat(program);
  if (status.state !== 'known') return status;
  const { inode, size, modified } = status.value;
  const file = { program, inode, size, modified };
  for (const cache of VERSION_CACHES) {
    const remembered = await readCache(host, cache);
    if (remembered !== undefined && isSame(remembered, file)) return versionIn(program, remembered.output);
  }
  const output = await askProgram(host, program);
  const version = chainProbe(output, (text) => versionIn(program, text));
  if (output.state === 'known' && version.state === 'known') {
    remember({ version: 1, ...file, output: output.value });
  }
  return version;
}

type ProgramFile = Omit<RememberedVersion, 'version' | 'output'>;

const isSame = (one: ProgramFile, other: ProgramFile): boolean =>
  one.program === other.program &&
  one.inode === other.inode &&
  one.size === other.size &&
  one.modified === other.modified;

async function askProgram(host: Host, program: string): Promise<Probe<string>> {
  const answer = await host.run(program, ['--version']);
  if (answer.state !== 'known') return answer;
  if (answer.value.exitCode === 0) return known(answer.value.stdout);
  const again = await host.run(program, ['--version'], {
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C', CONTAINERS_STORAGE_CONF: HARMLESS_STORAGE_CONF },
  });
  return mapProbe(again, ({ stdout }) => stdout);
}

function versionIn(program: string, output: string): Probe<CrioVersion> {
  const version = parseCrioVersion(output);
  return version === undefined
    ? unknown('unreadable', `read the version of ${program}`, 'its output contains no version')
    : known(version);
}

async function readCache(host: Host, path: string): Promise<RememberedVersion | undefined> {
  const bytes = await readTrustedFile(host, path);
  if (bytes.state !== 'known') return undefined;
  const value = parseRecord(decodeText(bytes.value));
  return isRemembered(value) ? value : undefined;
}

/** A broken cache only costs one more question to the program. */
function isRemembered(value: unknown): value is RememberedVersion {
  if (!isRecord(value)) return false;
  const { version, program, inode, size, modified, output } = value;
  return (
    version === 1 &&
    [program, output].every((text) => typeof text === 'string') &&
    [inode, size, modified].every((number) => typeof number === 'number')
  );
}
