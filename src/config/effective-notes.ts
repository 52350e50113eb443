import type { Host } from '../host/host.js';
import type { EffectiveStorage } from './configuration.js';
import { readConfigurationFile } from './go-struct/configuration-file.js';
import { NEWEST_SUPPORTED } from './installed-crio/crio-version.js';
import type { FlagValue } from './service/flags.js';
import type { Invocation } from './service/invocation.js';
import type { ConfigurationNote } from './notes.js';
import { describeOrigin, type Sourced } from './origin.js';
import type { StorageDefaults } from './storage-conf/storage-conf.js';
import { goAbs } from '../host/paths.js';
import { struct } from './go-struct/struct-schema.js';

const CONTAINERS_CONF = '/etc/containers/containers.conf';
const NEVER_READ = ['CONTAINERS_STORAGE_CONF_OVERRIDE', 'CONTAINERS_CONF'];

/** Notes on the merged values as a whole. */
export async function storageNotes(
  host: Host,
  invocation: Invocation,
  defaults: StorageDefaults,
  merged: EffectiveStorage,
  flags: ReadonlyMap<string, FlagValue>,
): Promise<ConfigurationNote[]> {
  return [
    ...relativeRoots(merged, invocation.workingDirectory),
    ...ignoredEnvironment(invocation.environment, defaults, merged),
    ...otherDrivers(merged),
    ...overriddenDefaults(defaults, merged),
    ...splitOptions(invocation, flags),
    ...(await storageInContainersConf(host)),
  ];
}

function relativeRoots(merged: EffectiveStorage, workingDirectory: string): ConfigurationNote[] {
  return (['root', 'runroot', 'imagestore'] as const).flatMap((setting): ConfigurationNote[] => {
    const { value, origin } = merged[setting];
    if (value === '' || value.startsWith('/')) return [];
    const becomes = goAbs(workingDirectory, value);
    const detail = `${setting} ${value} is relative: CRI-O will use ${becomes}`;
    return [{ kind: 'relative-root', setting, value, becomes, origin, detail }];
  });
}

/** STORAGE_DRIVER and STORAGE_OPTS act only while a storage.conf is parsed, and lose against crio.conf. */
function ignoredEnvironment(
  environment: ReadonlyMap<string, string>,
  defaults: StorageDefaults,
  merged: EffectiveStorage,
): ConfigurationNote[] {
  const notes: ConfigurationNote[] = [];
  const add = (
    name: string,
    because: 'never read' | 'no storage.conf' | 'overridden',
    detail: string,
  ): void => {
    notes.push({ kind: 'ignored-environment', name, value: environment.get(name) ?? '', because, detail });
  };
  for (const name of NEVER_READ) {
    if (environment.has(name)) add(name, 'never read', `CRI-O does not look at ${name} for its storage`);
  }
  for (const name of ['STORAGE_DRIVER', 'STORAGE_OPTS']) {
    const value = environment.get(name);
    if (value === undefined || (name === 'STORAGE_DRIVER' && value === '')) continue;
    if (defaults.file === undefined) {
      add(name, 'no storage.conf', `${name} has no effect as long as there is no storage.conf`);
      continue;
    }
    const isOverridden =
      name === 'STORAGE_DRIVER'
        ? merged.driver.origin.kind !== 'environment'
        : value !== '' && !merged.options.some(({ origin }) => isVariable(origin, name));
    if (isOverridden) add(name, 'overridden', `what ${name} says is overridden by CRI-O's own settings`);
  }
  return notes;
}

const isVariable = (origin: Sourced<string>['origin'], name: string): boolean =>
  origin.kind === 'environment' && origin.name === name;

function otherDrivers(merged: EffectiveStorage): ConfigurationNote[] {
  const { driver } = merged;
  if (driver.value === '') return [];
  const options = merged.options.filter(({ value }) => {
    const dot = value.indexOf('.');
    const prefix = value.slice(0, Math.max(0, dot)).toLowerCase();
    return dot >= 0 && prefix !== driver.value && !(prefix === 'overlay2' && driver.value === 'overlay');
  });
  if (options.length === 0) return [];
  const list = options.map(({ value, origin }) => `${value} from ${describeOrigin(origin)}`).join(', ');
  const detail = `the driver is ${driver.value}, and there are options of another: ${list}`;
  return [{ kind: 'options-of-another-driver', driver, options, detail }];
}

function overriddenDefaults(defaults: StorageDefaults, merged: EffectiveStorage): ConfigurationNote[] {
  return (['root', 'runroot', 'imagestore', 'driver'] as const).flatMap((setting): ConfigurationNote[] => {
    const { value, origin } = defaults.storage[setting];
    const now = merged[setting];
    if (origin.kind === 'built-in' || now.value === value) return [];
    const detail = `${setting} ${value} of ${describeOrigin(origin)} is overridden by ${describeOrigin(now.origin)}`;
    return [{ kind: 'storage-conf-overridden', setting, value, origin, by: now.origin, detail }];
  });
}

/** `--storage-opt a=b,c` makes two options of what was meant as one. */
function splitOptions(invocation: Invocation, flags: ReadonlyMap<string, FlagValue>): ConfigurationNote[] {
  const given = flags.get('storage-opt');
  const broken = given?.values.find((value) => value !== '' && !value.includes('='));
  if (given === undefined || broken === undefined || invocation.flags.includes(broken)) return [];
  const detail = `${describeOrigin(given.origin)} is split at its commas, which leaves ${broken} on its own`;
  return [{ kind: 'split-option', value: broken, origin: given.origin, detail }];
}

async function storageInContainersConf(host: Host): Promise<ConfigurationNote[]> {
  const request = {
    path: CONTAINERS_CONF,
    workingDirectory: '/',
    environment: new Map(),
    schema: struct({}),
    version: NEWEST_SUPPORTED,
  };
  const result = await readConfigurationFile(host, request);
  if (result.kind !== 'read') return [];
  const table = result.file.document.keys.find(({ path }) => path[0]?.toLowerCase() === 'storage');
  if (table === undefined) return [];
  const detail = `${CONTAINERS_CONF} has a table [storage], which belongs into storage.conf and has no effect here`;
  return [{ kind: 'storage-in-containers-conf', file: CONTAINERS_CONF, line: table.line, detail }];
}
