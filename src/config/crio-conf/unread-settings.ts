import type { DirectoryEntry, Host } from '../../host/host.js';
import { known, unknown, type Probe } from '../../host/probe.js';
import { goJoin, parentOf } from '../../host/paths.js';
import { readConfigurationFile, type ConfigurationFile } from '../go-struct/configuration-file.js';
import type { CrioVersion } from '../installed-crio/crio-version.js';
import { parseCommandLine } from '../service/flags.js';
import type { Invocation } from '../service/invocation.js';
import { setsStorage, STORAGE_KEYS } from './crio-conf.js';
import { CONFIGURATION, DROP_INS } from './crio-conf-files.js';
import { CRIO_CONF } from './crio-conf-schema.js';
import { appearanceOf } from './drop-ins.js';

/** A file with storage settings that looks like configuration of CRI-O, which CRI-O does not read. */
export interface UnreadSettings {
  readonly file: string;
  readonly keys: readonly string[];
  readonly namesZfs: boolean;
}

/** Where CRI-O's files are; it reads crio.conf and the directory crio.conf.d there, and nothing beside them. */
const OWN_DIRECTORY = '/etc/crio';

/** Places in which systemd, dnf and others look, and files that CRI-O and containers/storage never read. */
const MISTAKEN_DIRECTORIES = [
  '/etc/crio.conf.d',
  '/etc/containers/crio.conf.d',
  '/etc/containers/storage.conf.d',
  '/run/crio/crio.conf.d',
  '/usr/lib/crio/crio.conf.d',
  '/usr/local/etc/crio/crio.conf.d',
  '/usr/share/containers/storage.conf.d',
  '/usr/share/crio/crio.conf.d',
];
const MISTAKEN_FILES = [
  '/etc/crio.conf',
  '/etc/containers/crio.conf',
  '/etc/storage.conf',
  '/usr/lib/crio/crio.conf',
  '/usr/share/crio/crio.conf',
];

/** Directories of certificates and policies can lie in the same place: so many files are looked at in each. */
const LOOKED_AT = 64;

/**
 * Storage settings that have no effect, because nothing reads their file. A backup is there on purpose; a file that is
 * no TOML, or that sets something else, is not of interest.
 */
export async function readUnreadSettings(
  host: Host,
  invocation: Invocation,
  version: CrioVersion,
): Promise<Probe<readonly UnreadSettings[]>> {
  const inUse = placesInUse(invocation);
  const paths = MISTAKEN_FILES.filter((path) => !inUse.has(path));
  const own = await host.readDirectory(OWN_DIRECTORY);
  if (own.state === 'unknown') return own;
  const directories = [...MISTAKEN_DIRECTORIES];
  for (const { name, kind } of own.state === 'known' ? own.value : []) {
    const path = goJoin(OWN_DIRECTORY, name);
    if (isBackup(path)) continue;
    if (kind === 'directory') directories.push(path);
    else if (/\.(?:conf|toml)$/.test(name)) paths.push(path);
  }
  for (const directory of directories) {
    if (inUse.has(directory)) continue;
    const entries = await host.readDirectory(directory);
    if (entries.state === 'unknown') return entries;
    for (const path of entries.state === 'known' ? filesOf(directory, entries.value) : []) paths.push(path);
  }
  const found: UnreadSettings[] = [];
  for (const path of paths.filter((each) => !inUse.has(each))) {
    const { workingDirectory, environment } = invocation;
    const request = { path, workingDirectory, environment, schema: CRIO_CONF, version };
    const result = await readConfigurationFile(host, request);
    if (result.kind === 'unknown') return unknown('depends', `read ${path}`, result.why);
    const settings = result.kind === 'read' ? settingsOf(result.file) : undefined;
    if (settings !== undefined) found.push(settings);
  }
  return known(found);
}

function filesOf(directory: string, entries: readonly DirectoryEntry[]): readonly string[] {
  const files = entries.filter(({ kind }) => kind === 'file' || kind === 'symlink').slice(0, LOOKED_AT);
  return files.map(({ name }) => goJoin(directory, name)).filter((path) => !isBackup(path));
}

/** A name without .conf is no backup: CRI-O itself reads such files in crio.conf.d. */
function isBackup(path: string): boolean {
  const appearance = appearanceOf(path);
  return appearance !== undefined && appearance !== 'no .conf';
}

/** What this invocation does read, whatever its name. */
function placesInUse({ flags, environment }: Invocation): ReadonlySet<string> {
  const parsed = parseCommandLine(flags, environment);
  const last = (flag: string, usual: string): string =>
    (parsed.kind === 'refused' ? undefined : parsed.flags.get(flag)?.values.at(-1)) ?? usual;
  const directory = last('config-dir', DROP_INS).replace(/(?<=.)\/+$/, '');
  const named = environment.get('CONTAINERS_STORAGE_CONF');
  const home = environment.get('XDG_CONFIG_HOME');
  return new Set([
    last('config', CONFIGURATION),
    directory,
    // A directory is read with all that lies below it.
    ...(parentOf(directory) === OWN_DIRECTORY ? [] : [parentOf(directory)]),
    ...(named === undefined ? [] : [named]),
    ...(home === undefined ? [] : [goJoin(home, 'containers', 'storage.conf')]),
  ]);
}

/** Its storage keys as CRI-O would read them, and those of a storage.conf that was put beside them. */
function settingsOf(file: ConfigurationFile): UnreadSettings | undefined {
  const { unknownKeys, values } = file.decoded;
  const foreign = unknownKeys.filter(({ path }) => path[0] === 'storage').map(({ path }) => path.join('.'));
  if (!setsStorage(file) && foreign.length === 0) return undefined;
  const own = STORAGE_KEYS.map((key) => `crio.${key}`).filter((key) => values.has(key));
  const text = JSON.stringify([...own.map((key) => values.get(key)), foreign], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return { file: file.path, keys: [...own, ...foreign], namesZfs: /zfs/i.test(text) };
}
