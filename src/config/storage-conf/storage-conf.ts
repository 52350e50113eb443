import type { Host } from '../../host/host.js';
import { describeFailure } from '../../host/probe.js';
import { done, unknownStep, type EffectiveStorage, type Step } from '../configuration.js';
import type { CrioVersion } from '../installed-crio/crio-version.js';
import type { Invocation } from '../service/invocation.js';
import type { ConfigurationNote } from '../notes.js';
import { refusalPlace, type RootName } from '../refusal.js';
import { BUILT_IN, sourced, type Sourced } from '../origin.js';
import { chooseStorageConf } from './storage-conf-choice.js';
import { emptyOptions, readOptions, refuseStorageConf, type StoreOptions } from './storage-conf-file.js';
import { expandRoot, goClean } from '../../host/paths.js';
import { evaluateSymlinks } from '../../host/symlinks.js';
import { cleanShutdownFiles, usualFiles } from './usual-files.js';

const BUILT_IN_ROOT = sourced('/var/lib/containers/storage', BUILT_IN);
const BUILT_IN_RUNROOT = sourced('/run/containers/storage', BUILT_IN);
export interface StorageDefaults {
  readonly storage: EffectiveStorage;
  /** The file that was used; none means built-in defaults. */
  readonly file?: string;
}

/**
 * The defaults that CRI-O starts from: containers/storage DefaultStoreOptions, called by CRI-O's
 * DefaultConfig before it looks at crio.conf.
 *
 * @param notes what is noticed is added here, on a refusal too
 */
export async function readStorageDefaults(
  host: Host,
  invocation: Invocation,
  version: CrioVersion,
  notes: ConfigurationNote[],
): Promise<Step<StorageDefaults>> {
  const { environment } = invocation;
  const choice = await chooseStorageConf(host, invocation);
  if (choice.kind === 'unknown') return choice;
  if (choice.kind === 'refused') {
    return refuseStorageConf(version, { kind: 'storage-conf-missing', file: choice.file }, choice.words);
  }
  let fallback: StoreOptions | undefined;
  if (choice.home !== undefined) {
    const home = await readOptions(host, choice.home, invocation, version, notes);
    if (home.kind !== 'done') return home;
    fallback = home.value.options;
  }
  if (choice.file === undefined) {
    const options = withRoots(fallback ?? emptyOptions(), undefined);
    const used = fallback === undefined ? undefined : choice.home;
    return finish(host, options, invocation, version, used);
  }
  const read = await readOptions(host, choice.file, invocation, version, notes);
  let options: StoreOptions;
  if (read.kind === 'done') {
    options = read.value.options;
  } else if (read.kind === 'refused' && choice.home !== undefined) {
    // reloadConfigurationFileIfNeeded drops the error: the file then counts as empty.
    options = emptyOptions();
    const detail = `${choice.file} is broken, and CRI-O goes on without it: ${read.refusal.message}`;
    notes.push({ kind: 'storage-conf-passed-over', file: choice.file, detail });
  } else {
    return read;
  }
  if (choice.home !== undefined) {
    const detail = `${choice.home} must be free of errors, but ${choice.file} is what counts`;
    const value = environment.get('XDG_CONFIG_HOME') ?? '';
    notes.push({
      kind: 'ignored-environment',
      name: 'XDG_CONFIG_HOME',
      value,
      because: 'another file',
      detail,
    });
  }
  const { fillsRoots, namedStorageConfFillsRoots } = version.behaviour;
  const isNamed = environment.has('CONTAINERS_STORAGE_CONF');
  const fatal = !fillsRoots && !(isNamed && namedStorageConfFillsRoots);
  const missing = (['runroot', 'root'] as const).filter((name) => options[name].value === '');
  if (missing.length > 0) {
    const [first] = missing;
    const names = missing.map((name): RootName => (name === 'root' ? 'graphroot' : name));
    notes.push({
      kind: 'storage-conf-without-roots',
      file: choice.file,
      missing: names,
      fatal,
      detail: `${choice.file} does not set ${names.join(' and ')}; some versions of CRI-O refuse that`,
    });
    if (fatal) {
      const words = `${first === 'root' ? 'graphroot' : 'runroot'} must be set`;
      const place = { file: choice.file, key: `storage.${names[0] ?? ''}` };
      return refuseStorageConf(version, { kind: 'roots-missing', missing: names, ...place }, words);
    }
  }
  return finish(host, withRoots(options, fallback), invocation, version, choice.file);
}

/** Fills in what the file leaves out (loadStoreOptionsFromConfFile since storage 1.60). */
function withRoots(options: StoreOptions, fallback: StoreOptions | undefined): StoreOptions {
  const other = fallback === undefined ? undefined : withRoots(fallback, undefined);
  const runroot = options.runroot.value === '' ? (other?.runroot ?? BUILT_IN_RUNROOT) : options.runroot;
  const rootless = options.rootlessStoragePath.value === '' ? undefined : options.rootlessStoragePath;
  const root = options.root.value === '' ? (rootless ?? other?.root ?? BUILT_IN_ROOT) : options.root;
  return { ...options, root, runroot };
}

/** Where graphroot lies on a pool, the first question about it is answered together with all that come later. */
async function lookAhead(host: Host, options: StoreOptions, invocation: Invocation): Promise<void> {
  const graphroot = goClean(expandRoot(options.root.value, invocation.environment));
  if (!graphroot.startsWith('/')) return;
  const store = { graphroot, imagestore: options.imagestore.value, driver: options.driver.value };
  const paths = [...usualFiles(store), ...cleanShutdownFiles()];
  await host.lookAhead?.({ directory: graphroot, paths: paths.filter((path) => path.startsWith('/')) });
}

/** expandEnvPath for both roots, then the check of the image store. */
async function finish(
  host: Host,
  options: StoreOptions,
  invocation: Invocation,
  version: CrioVersion,
  file: string | undefined,
): Promise<Step<StorageDefaults>> {
  await lookAhead(host, options, invocation);
  const roots: Sourced<string>[] = [];
  for (const root of [options.runroot, options.root]) {
    const expanded = expandRoot(root.value, invocation.environment);
    const resolved = await evaluateSymlinks(host, expanded, invocation.workingDirectory);
    if (resolved.state === 'unknown') return unknownStep(describeFailure(resolved.why));
    roots.push({ ...root, value: resolved.state === 'known' ? resolved.value : goClean(expanded) });
  }
  const [runroot = BUILT_IN_RUNROOT, root = BUILT_IN_ROOT] = roots;
  const { imagestore, driver, options: list } = options;
  if (imagestore.value !== '' && imagestore.value === root.value) {
    const words = `imagestore ${imagestore.value} must either be not set or be a different than graphroot`;
    const line = imagestore.origin.kind === 'file' ? imagestore.origin.line : undefined;
    const place = refusalPlace(file, line, 'storage.imagestore');
    return refuseStorageConf(version, { kind: 'imagestore-is-graphroot', ...place }, words);
  }
  const storage: EffectiveStorage = { root, runroot, imagestore, driver, options: list };
  return done({ storage, ...(file === undefined ? {} : { file }) });
}
