import type { Host } from '../../host/host.js';
import { done, refusedStep, unknownStep, type EffectiveStorage, type Step } from '../configuration.js';
import {
  ERRNO_WORDS,
  readConfigurationFile,
  type ConfigurationFile,
} from '../go-struct/configuration-file.js';
import type { CrioVersion } from '../installed-crio/crio-version.js';
import type { Invocation } from '../service/invocation.js';
import type { ConfigurationNote } from '../notes.js';
import { refusalOf, refusalPlace, type RefusalCause } from '../refusal.js';
import { BUILT_IN, overriding, sourced, type Sourced } from '../origin.js';
import { mappingError } from './id-mappings.js';
import { STORAGE_CONF } from './storage-conf-schema.js';
import { storageOptions } from './storage-options.js';
import { variableOrigin } from '../service/unit-environment.js';

const NOTHING = sourced('', BUILT_IN);
/** How GetFlagsAndMetadata prints every error of the defaults. */
const PREFIX = 'error loading server config: ';

/** Values of one storage.conf before roots were expanded (types.StoreOptions). */
export interface StoreOptions extends EffectiveStorage {
  readonly rootlessStoragePath: Sourced<string>;
}

/** What no file says. */
export function emptyOptions(): StoreOptions {
  return {
    root: NOTHING,
    runroot: NOTHING,
    imagestore: NOTHING,
    driver: NOTHING,
    options: [],
    rootlessStoragePath: NOTHING,
  };
}

/** ReloadConfigurationFile: one file and the two variables that act on it. */
export async function readOptions(
  host: Host,
  path: string,
  invocation: Invocation,
  version: CrioVersion,
  notes: ConfigurationNote[],
): Promise<Step<{ readonly options: StoreOptions }>> {
  const { workingDirectory, environment } = invocation;
  const request = { path, workingDirectory, environment, schema: STORAGE_CONF, version };
  const result = await readConfigurationFile(host, request);
  switch (result.kind) {
    case 'unknown':
      return unknownStep(result.why);
    case 'absent':
      return refuseStorageConf(
        version,
        { kind: 'storage-conf-missing', file: path },
        `stat ${path}: ${ERRNO_WORDS[result.errno]}`,
      );
    case 'directory':
      return refuseStorageConf(
        version,
        { kind: 'storage-conf-is-directory', file: path },
        `read ${path}: is a directory`,
      );
    case 'refused': {
      const place = refusalPlace(path, result.line, result.key);
      return refuseStorageConf(
        version,
        { kind: 'storage-conf-broken', ...place },
        result.message,
        result.exactWords,
      );
    }
    case 'read':
      break;
  }
  const { file } = result;
  const options = optionsOf(file, environment, version, notes);
  for (const note of [...file.notes(), ...unknownKeys(file)]) notes.push(note);
  const [ambiguous] = file.ambiguous;
  if (ambiguous !== undefined) {
    return unknownStep(
      `${path} spells ${ambiguous} in two ways with different values; CRI-O picks one at random`,
    );
  }
  const mapping = version.behaviour.idMappings ? await mappingError(host, file) : undefined;
  if (mapping?.kind === 'unknown') return unknownStep(mapping.why);
  if (mapping !== undefined) {
    const { words, key, exactWords } = mapping;
    return refuseStorageConf(version, { kind: 'storage-conf-broken', file: path, key }, words, exactWords);
  }
  return done({ options });
}

function optionsOf(
  file: ConfigurationFile,
  environment: ReadonlyMap<string, string>,
  version: CrioVersion,
  notes: ConfigurationNote[],
): StoreOptions {
  const setting = (name: string): Sourced<string> => {
    const found = file.string(`storage.${name}`);
    return found === undefined || found.value === '' ? NOTHING : sourced(found.value, found.origin);
  };
  let named = setting('driver');
  const fromEnvironment = environment.get('STORAGE_DRIVER') ?? '';
  if (fromEnvironment !== '') {
    const origin = variableOrigin(environment, 'STORAGE_DRIVER');
    named =
      named.value === '' ? sourced(fromEnvironment, origin) : overriding(named, fromEnvironment, origin);
  }
  const driver = named.value === 'overlay2' ? { ...named, value: 'overlay' } : named;
  if (driver !== named) {
    const detail = 'CRI-O takes the driver overlay2 of storage.conf for overlay';
    notes.push({ kind: 'driver-renamed', from: 'overlay2', to: 'overlay', file: file.path, detail });
  }
  const priority = file.strings('storage.driver_priority')?.values ?? [];
  if (driver.value === '' && priority.length === 0) {
    const detail = `${file.path} names no driver; the store picks one`;
    notes.push({ kind: 'driver-not-named', file: file.path, detail });
  }
  return {
    root: setting('graphroot'),
    runroot: setting('runroot'),
    imagestore: setting('imagestore'),
    rootlessStoragePath: setting('rootless_storage_path'),
    driver,
    options: listOf(file, environment, version, named.value, driver.value),
  };
}

function listOf(
  file: ConfigurationFile,
  environment: ReadonlyMap<string, string>,
  version: CrioVersion,
  prefix: string,
  driver: string,
): readonly Sourced<string>[] {
  const made = storageOptions(file, version.behaviour, prefix, driver);
  const given = environment.get('STORAGE_OPTS');
  if (given === undefined) return made;
  const origin = variableOrigin(environment, 'STORAGE_OPTS');
  return given === '' ? [] : given.split(',').map((option) => sourced(option, origin));
}

function unknownKeys(file: ConfigurationFile): ConfigurationNote[] {
  return file.decoded.unknownKeys.map(({ path, line }) => {
    const key = path.join('.');
    const detail = `${file.path} sets ${key}, which containers/storage does not know; it warns and goes on`;
    return { kind: 'unknown-storage-key', file: file.path, line, key, detail };
  });
}

/** CRI-O refuses storage.conf. */
export const refuseStorageConf = (
  { behaviour }: CrioVersion,
  cause: RefusalCause,
  reason: string,
  exactWords = true,
): Step<never> =>
  refusedStep(
    refusalOf(cause, reason, { prefix: behaviour.prefixesDefaultsError ? PREFIX : '', exactWords }),
  );
