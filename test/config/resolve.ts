import type { Configuration, EffectiveStorage } from '../../src/config/configuration.js';
import { NEWEST_SUPPORTED, type CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { resolveConfiguration } from '../../src/config/effective.js';
import type { Refusal } from '../../src/config/refusal.js';
import type { ConfigurationNote, NoteKind } from '../../src/config/notes.js';
import { MemoryHost, type MemoryHostContent } from '../host/memory-host.js';

export interface Call extends MemoryHostContent {
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly version?: CrioVersion;
  readonly workingDirectory?: string;
}

/** Resolves a configuration that is written down in a test. */
export function resolve(call: Call): Promise<Configuration> {
  const { flags = [], variables = {}, version = NEWEST_SUPPORTED, workingDirectory = '/' } = call;
  const environment = new Map(Object.entries({ HOME: '/root', ...variables }));
  const invocation = { program: '/usr/bin/crio', flags, environment, workingDirectory };
  return resolveConfiguration(new MemoryHost(call), invocation, version);
}

export async function storageOf(call: Call): Promise<EffectiveStorage> {
  const configuration = await resolve(call);
  if (configuration.kind !== 'resolved') throw new Error(JSON.stringify(configuration));
  return configuration.storage;
}

export async function refusalOf(call: Call): Promise<Refusal> {
  const configuration = await resolve(call);
  if (configuration.kind !== 'refused') throw new Error(JSON.stringify(configuration));
  return configuration.refusal;
}

export async function notesOf<K extends NoteKind>(
  call: Call,
  kind: K,
): Promise<Extract<ConfigurationNote, { kind: K }>[]> {
  const { notes } = await resolve(call);
  return notes.filter((note): note is Extract<ConfigurationNote, { kind: K }> => note.kind === kind);
}

export const values = (storage: EffectiveStorage): string[] => storage.options.map(({ value }) => value);

export const ETC = '/etc/containers/storage.conf';
export const CRIO = '/etc/crio/crio.conf';
export const drop = (name: string): string => `/etc/crio/crio.conf.d/${name}`;
/** ZFS0 of the contract's tables. */
export const ZFS0 = `[storage]
driver = "zfs"
graphroot = "/srv/g"
runroot = "/srv/r"
[storage.options.zfs]
fsname = "tank/c"
mountopt = "nodev"
`;
