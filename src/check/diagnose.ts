import type { Configuration } from '../config/configuration.js';
import { NEWEST_SUPPORTED, type CrioVersion } from '../config/installed-crio/crio-version.js';
import { readUnreadSettings } from '../config/crio-conf/unread-settings.js';
import { resolveConfiguration } from '../config/effective.js';
import { configurationOf, needsCrio } from '../config/settle.js';
import type { Invocation } from '../config/service/invocation.js';
import { goAbs } from '../host/paths.js';
import { quirksOf } from '../driver/storage-quirks.js';
import { fsnameOf, lastValue } from '../driver/options.js';
import { additionalStoresOf, usesComposefs } from '../driver/overlay-stores.js';
import { namesZfs } from '../facts/zfs/zfs-concern.js';
import { predict } from '../driver/predict.js';
import type { Prediction } from '../driver/prediction.js';
import type { PredictionInput, StoreRequest } from '../driver/prediction-input.js';
import { otherUnitsOfCrio } from '../facts/node/crio-process.js';
import { collectFacts } from '../facts/collect.js';
import type { Facts } from '../facts/facts.js';
import { valueOf, type Probe } from '../host/probe.js';
import type { Host } from '../host/host.js';
import type { Diagnosis } from '../rules/rule.js';

export interface DiagnoseRequest {
  readonly invocation: Invocation;
  /** Reads the version of the installed CRI-O; called only when something depends on it. */
  readonly askVersion: () => Promise<Probe<CrioVersion>>;
  readonly deep: boolean;
  /** Looks whether CRI-O is installed, under which units it runs, and for settings that it does not read. */
  readonly looksForCrio?: boolean;
  readonly ordering?: boolean | undefined;
  /** Told what is looked at while a deep look goes on. */
  readonly onStep?: (step: string) => void;
}

/**
 * The whole way from the configuration to the prediction, by the rules of the installed version of CRI-O. Without
 * the module and with ZFS named nowhere no version is asked for, and no program runs.
 */
export async function diagnose(host: Host, request: DiagnoseRequest): Promise<Diagnosis> {
  const { looksForCrio, invocation } = request;
  const found = await settled(host, request);
  if (looksForCrio !== true) return found;
  const path = invocation.program;
  const crioProgram = { path, status: await host.stat(path) };
  const unreadSettings = await readUnreadSettings(host, invocation, found.crioVersion ?? NEWEST_SUPPORTED);
  const looked = { ...found, crioProgram, unreadSettings };
  if (found.input?.facts.surroundings === undefined) return looked;
  return { ...looked, otherUnits: await otherUnitsOfCrio(host) };
}

async function settled(host: Host, request: DiagnoseRequest): Promise<Diagnosis> {
  const found = await predictHost(host, request);
  if (!needsCrio(found.configuration)) return found;
  // The installed CRI-O decides what is unknown: it prints what it merged.
  const version = found.crioVersion ?? NEWEST_SUPPORTED;
  const configuration = await configurationOf(host, request.invocation, version);
  return { ...found, ...(await followFrom(host, request, configuration, version)) };
}

async function predictHost(host: Host, request: DiagnoseRequest): Promise<Diagnosis> {
  const isPresent = async (path: string): Promise<boolean> => (await host.stat(path)).state !== 'absent';
  if (!(await isPresent('/dev/zfs')) && !(await isPresent('/sys/module/zfs'))) {
    const newest = await follow(host, request, NEWEST_SUPPORTED);
    if (!mayNameZfs(newest.configuration)) return newest;
  }
  const version = valueOf(await request.askVersion());
  // Without an answer the newest version is followed. The caller knows from the missing version that it may
  // neither stop the start nor correct anything.
  if (version === undefined) return follow(host, request, NEWEST_SUPPORTED);
  return { ...(await follow(host, request, version)), crioVersion: version };
}

/** Whether ZFS is named anywhere; an unreadable configuration may name it. */
export function mayNameZfs(configuration: Configuration): boolean {
  if (configuration.kind !== 'resolved') return true;
  const { driver, options } = configuration.storage;
  return namesZfs(
    driver.value,
    options.map(({ value }) => value),
  );
}

async function follow(host: Host, request: DiagnoseRequest, version: CrioVersion): Promise<Diagnosis> {
  const configuration = await resolveConfiguration(host, request.invocation, version);
  return followFrom(host, request, configuration, version);
}

async function followFrom(
  host: Host,
  request: DiagnoseRequest,
  configuration: Configuration,
  version: CrioVersion,
): Promise<Diagnosis> {
  if (configuration.kind !== 'resolved') return { configuration, prediction: refused(configuration) };
  const store = storeRequest(configuration, request.invocation.workingDirectory);
  const facts = await collect(host, request, store, {
    cleanShutdownFile: configuration.cleanShutdownFile,
    driverInImagestore: version.behaviour.driverInImagestore,
  });
  const input: PredictionInput = { request: store, facts, model: quirksOf(version.behaviour) };
  return { configuration, input, ...predict(input) };
}

function collect(
  host: Host,
  request: DiagnoseRequest,
  store: StoreRequest,
  {
    cleanShutdownFile,
    driverInImagestore,
  }: { readonly cleanShutdownFile: string | undefined; readonly driverInImagestore: boolean },
): Promise<Facts> {
  const path = request.invocation.environment.get('PATH') ?? '';
  return collectFacts(host, {
    ...store,
    fsname: fsnameOf(store.options),
    mountProgram: lastValue(store.options, MOUNT_PROGRAM),
    additionalStores: additionalStoresOf(store.options),
    composefs: usesComposefs(store.options),
    workingDirectory: request.invocation.workingDirectory,
    driverInImagestore,
    service: { program: request.invocation.program, path },
    ...(cleanShutdownFile === undefined ? {} : { cleanShutdownFile }),
    ordering: request.ordering === true,
    deep: request.deep,
    ...(request.onStep === undefined ? {} : { onStep: request.onStep }),
  });
}

/** The spellings in which overlay takes it. */
const MOUNT_PROGRAM = ['overlay.mount_program', 'overlay2.mount_program', '.mount_program', 'mount_program'];

function refused(configuration: Exclude<Configuration, { kind: 'resolved' }>): Prediction {
  if (configuration.kind === 'unknown') {
    const why = {
      kind: 'depends',
      question: "work out CRI-O's configuration",
      detail: configuration.why,
    } as const;
    return { outcome: 'unknown', missing: [why] };
  }
  const { refusal } = configuration;
  return {
    outcome: 'fails',
    cause: refusal.cause,
    words: refusal.message,
    error: refusal.message,
    exactWords: refusal.exactWords,
  };
}

/**
 * GetStore fills in what a flag or variable emptied: all of it where nothing is set at all, else the one
 * missing root. It makes the roots absolute and clean; the image store is taken as it is.
 */
function storeRequest(
  { storage, defaults }: Extract<Configuration, { kind: 'resolved' }>,
  workingDirectory: string,
): StoreRequest {
  const absolute = (path: string): string => (path === '' ? '' : goAbs(workingDirectory, path));
  const given = {
    graphroot: absolute(storage.root.value),
    runroot: absolute(storage.runroot.value),
    imagestore: storage.imagestore.value,
    driver: storage.driver.value,
    options: storage.options.map(({ value }) => value),
  };
  if (defaults === undefined || (given.graphroot !== '' && given.runroot !== '')) return given;
  const graphroot = absolute(defaults.root.value);
  const runroot = absolute(defaults.runroot.value);
  if (given.graphroot !== '') return { ...given, runroot };
  if (given.runroot !== '') return { ...given, graphroot };
  if (given.driver !== '' || given.options.length > 0) return given;
  return {
    graphroot,
    runroot,
    imagestore: defaults.imagestore.value,
    driver: defaults.driver.value,
    options: defaults.options.map(({ value }) => value),
  };
}
