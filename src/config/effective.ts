import type { Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import type { Configuration, ConfigurationNote, EffectiveStorage, Step } from './configuration.js';
import { done, refusedStep, unknownStep } from './configuration.js';
import type { Merged } from './crio-conf/crio-conf.js';
import { CrioConfReader, DROP_INS } from './crio-conf/crio-conf-files.js';
import { checkContainersConf } from './containers-conf.js';
import { CRIO_COMMANDS } from './service/crio-flags.js';
import { SUPPORTED_RANGE, type CrioVersion } from './installed-crio/crio-version.js';
import { storageNotes } from './effective-notes.js';
import { parseCommandLine, type FlagValue } from './service/flags.js';
import { goQuote } from '../text/go-text.js';
import { missingOf, type Invocation } from './service/invocation.js';
import { BUILT_IN, overriding, sourced, type Sourced } from './origin.js';
import { refusalOf, refusalPlace, type Refusal } from './refusal.js';
import { readStorageDefaults } from './storage-conf/storage-conf.js';
import { CLEAN_SHUTDOWN_FILE } from './storage-conf/usual-files.js';

const USUAL_DROP_INS = sourced(DROP_INS, BUILT_IN);
const MORE_FLAGS = 'not every flag of this version of CRI-O may be known';
/** logrus.ParseLevel, which does not look at case. */
const LOG_LEVELS = new Set(['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace']);

/**
 * What CRI-O will hand to containers/storage, or how it will refuse to start, in the order in which it
 * reads: storage.conf, its flags, crio.conf, the drop-ins, and the flags again to override.
 *
 * @param invocation how CRI-O is called; see readInvocation
 * @param version whose rules are followed
 */
export async function resolveConfiguration(
  host: Host,
  invocation: Invocation,
  version: CrioVersion,
): Promise<Configuration> {
  const notes: ConfigurationNote[] = [];
  if (version.support !== 'supported') {
    const detail = `CRI-O ${version.text} is ${version.support} than the supported versions (${SUPPORTED_RANGE}); the nearest supported version is followed`;
    notes.push({ kind: 'unsupported-version', version: version.text, detail });
  }
  const merged = await merge(host, invocation, version, notes);
  const missing = missingOf(invocation);
  const step = missing === undefined ? merged : unknownStep(describeFailure(missing));
  if (step.kind === 'refused') return { kind: 'refused', refusal: step.refusal, notes };
  if (step.kind === 'unknown') return { kind: 'unknown', why: step.why, notes };
  const { merged: effective, defaults, dropInDirectory } = step.value;
  const { root, runroot, imagestore, driver, options } = effective;
  const storage = { root, runroot, imagestore, driver, options };
  const cleanShutdownFile = effective.cleanShutdownFile.value;
  return { kind: 'resolved', storage, cleanShutdownFile, dropInDirectory, defaults, notes };
}

async function merge(
  host: Host,
  invocation: Invocation,
  version: CrioVersion,
  notes: ConfigurationNote[],
): Promise<
  Step<{
    readonly merged: Merged;
    readonly defaults: EffectiveStorage;
    readonly dropInDirectory: Sourced<string>;
  }>
> {
  const defaults = await readStorageDefaults(host, invocation, version, notes);
  if (defaults.kind !== 'done') return defaults;
  if (version.behaviour.readsContainersConf) {
    const checked = await checkContainersConf(host, invocation, version);
    if (checked.kind !== 'done') return checked;
  }
  const commandLine = parseCommandLine(invocation.flags, invocation.environment);
  if (commandLine.kind === 'refused') {
    const { message, key, isUnknownFlag } = commandLine;
    const unconfirmed = isUnknownFlag && version.behaviour.moreFlags ? MORE_FLAGS : undefined;
    return refusedStep(refusalOf({ kind: 'flag-refused', key }, message, { unconfirmed }));
  }
  const { flags } = commandLine;
  const before: Merged = {
    ...defaults.value.storage,
    logLevel: sourced('info', BUILT_IN),
    cleanShutdownFile: sourced(CLEAN_SHUTDOWN_FILE, BUILT_IN),
    artifactStores: sourced([], BUILT_IN),
  };
  const reader = new CrioConfReader(host, invocation, version, notes);
  const main = await reader.mainFile(before, flags.get('config'));
  if (main.kind !== 'done') return main;
  const given = flags.get('config-dir');
  const dropInDirectory =
    given === undefined
      ? USUAL_DROP_INS
      : overriding(USUAL_DROP_INS, given.values.at(-1) ?? '', given.origin);
  const dropIns = await reader.dropIns(main.value, dropInDirectory.value);
  if (dropIns.kind !== 'done') return dropIns;
  const merged = applyFlags(dropIns.value, flags);
  const unfit =
    unrelatedRefusal(merged, flags, commandLine.arguments) ?? artifactStoreRefusal(merged, version);
  if (unfit !== undefined) return refusedStep(unfit);
  for (const note of await storageNotes(host, invocation, defaults.value, merged, flags)) notes.push(note);
  return done({ merged, defaults: defaults.value.storage, dropInDirectory });
}

/** mergeConfig: what is set, even to nothing, replaces; the options as a whole. */
function applyFlags(merged: Merged, flags: ReadonlyMap<string, FlagValue>): Merged {
  const over = (key: Exclude<keyof Merged, 'options' | 'artifactStores'>, flag: string) => {
    const given = flags.get(flag);
    return given === undefined
      ? merged[key]
      : overriding(merged[key], given.values.at(-1) ?? '', given.origin);
  };
  const options = flags.get('storage-opt');
  const stores = flags.get('additional-artifact-stores');
  return {
    root: over('root', 'root'),
    runroot: over('runroot', 'runroot'),
    imagestore: over('imagestore', 'imagestore'),
    driver: over('driver', 'storage-driver'),
    options:
      options === undefined ? merged.options : options.values.map((value) => sourced(value, options.origin)),
    logLevel: over('logLevel', 'log-level'),
    cleanShutdownFile: over('cleanShutdownFile', 'clean-shutdown-file'),
    artifactStores: stores === undefined ? merged.artifactStores : sourced(stores.values, stores.origin),
  };
}

/**
 * RuntimeConfig.Validate, which `crio config` runs as well: that command has to confirm it, since in which table the
 * key counts was read and not measured.
 */
function artifactStoreRefusal({ artifactStores }: Merged, { behaviour }: CrioVersion): Refusal | undefined {
  const relative = artifactStores.value.find((path) => !path.startsWith('/'));
  if (!behaviour.artifactStores || relative === undefined) return undefined;
  const message = `validating runtime config: additional_artifact_stores entry must be absolute: ${goQuote(relative)}`;
  const { origin } = artifactStores;
  const place = origin.kind === 'file' ? refusalPlace(origin.path, origin.line, origin.key) : {};
  const unconfirmed = 'whether this version reads the key there was not measured';
  return refusalOf({ kind: 'unrelated', ...place }, message, { unconfirmed });
}

/** What stops the start without having to do with storage. */
function unrelatedRefusal(
  merged: Merged,
  flags: ReadonlyMap<string, FlagValue>,
  rest: readonly string[],
): Refusal | undefined {
  const { value: level, origin } = merged.logLevel;
  if (!LOG_LEVELS.has(level.toLowerCase())) {
    const message = `not a valid logrus Level: ${goQuote(level)}`;
    const place = origin.kind === 'file' ? refusalPlace(origin.path, origin.line, origin.key) : {};
    return refusalOf({ kind: 'unrelated', ...place }, message);
  }
  const format = flags.get('log-format')?.values.at(-1);
  if (format !== undefined && format !== 'text' && format !== 'json') {
    return refusalOf({ kind: 'unrelated' }, `unknown log-format ${goQuote(format)}`);
  }
  const [command] = rest;
  if (command === undefined || CRIO_COMMANDS.has(command)) return undefined;
  return refusalOf({ kind: 'flag-refused', key: command }, `command ${goQuote(command)} not supported`);
}
