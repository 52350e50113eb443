import { checkHost, type Checked, type CheckRequest } from '../check/check-host.js';
import type { Action, Plan } from '../fix/actions.js';
import { whyReadOnly } from '../fix/drop-in-directory.js';
import { outcomeOf } from '../fix/outcome.js';
import { PlannedHost } from '../fix/planned/planned-host.js';
import { whyNotRight } from '../fix/prove.js';
import { storedLayers } from '../fix/stored-layers.js';
import type { Host } from '../host/host.js';
import { parentOf } from '../host/paths.js';
import { isWithin } from '../host/pool-state.js';
import { absent, describeFailure } from '../host/probe.js';
import { freeName } from '../rules/shared/free-dataset-name.js';
import { pinnedBy } from '../rules/shared/setting.js';
import { command, sentence } from '../text/advice-line.js';
import { configurations } from './configuration-files.js';
import { findParent, type Parent } from './find-parent.js';
import { findPlace, type Place } from './free-place.js';
import { LAYER_PROPERTIES } from './properties.js';
import type { Layout, LayoutFile, LeftBehind, Recommendation } from './recommendation.js';

/**
 * A layout in which CRI-O starts on this host, proved on the planned host. Nothing that is there is overwritten,
 * mounted over or moved, and nothing is changed.
 *
 * @param wanted a pool, or a dataset in it, for the new dataset
 */
export async function recommend(
  host: Host,
  request: CheckRequest,
  wanted: string | undefined,
): Promise<Recommendation> {
  const checked = await checkHost(host, { ...request, ordering: true });
  const { look, diagnosis } = checked;
  const dataset = rightAlready(checked);
  if (dataset !== undefined && (wanted === undefined || isWithin(dataset, wanted)))
    return { kind: 'already', dataset };
  const parent = await findParent(look, wanted);
  if (parent.kind !== 'parent') return parent;
  const { configuration } = diagnosis;
  if (configuration.kind === 'unknown') return { kind: 'unknown', why: configuration.why };
  const obstacle = whyPinned(checked) ?? (await whyNotWritable(checked));
  if (obstacle !== undefined) return { kind: 'missing', lines: [sentence(obstacle)] };
  const place = await findPlace(look, parent.datasets);
  if (place === undefined) {
    const lines = [
      sentence('No place is free: the directories that crio-guard would mount a dataset on are in use.'),
      command('findmnt'),
    ];
    return { kind: 'missing', lines };
  }
  return proved(checked, request, parent, place);
}

/** CRI-O starts, and its layers or records lie where they are not meant to. */
const MISPLACED: ReadonlySet<string> = new Set(['CG402', 'CG403', 'CG404', 'CG405']);

/** The dataset of new layers, where CRI-O starts and nothing is wrong with where it stores. */
function rightAlready({ diagnosis: { prediction }, outcomes }: Checked): string | undefined {
  if (prediction.outcome !== 'starts' || prediction.driver !== 'zfs') return undefined;
  const wrong = outcomes.findings.some(({ severity, code }) => severity === 'error' || MISPLACED.has(code));
  return wrong ? undefined : prediction.dataset;
}

/** A flag or a variable of crio.service overrides every file. */
function whyPinned({ diagnosis }: Checked): string | undefined {
  for (const setting of ['root', 'driver', 'runroot'] as const) {
    const pinned = pinnedBy(diagnosis, setting);
    if (pinned === '' || pinned === 'the variable STORAGE_DRIVER') continue;
    return `In the unit (systemctl edit crio.service), remove ${pinned} first: it sets ${setting}, and no file overrides it.`;
  }
  return undefined;
}

async function whyNotWritable({ look, diagnosis }: Checked): Promise<string | undefined> {
  const mounts = diagnosis.input?.facts.mounts ?? absent();
  const why = await whyReadOnly(look, '/etc/containers', mounts);
  return why === undefined ? undefined : `The configuration cannot be written to files: ${why}.`;
}

/** The first configuration with which CRI-O starts in the new dataset, and nothing is wrong. */
async function proved(
  { look, invocation, diagnosis }: Checked,
  request: CheckRequest,
  { name: parent, datasets }: Parent,
  place: Place,
): Promise<Recommendation> {
  const dataset = freeName(new Set(datasets.map(({ name }) => name)), parent);
  const properties = Object.fromEntries(LAYER_PROPERTIES.map(({ name, value }) => [name, value]));
  const created = [{ name: dataset, properties: { ...properties, mountpoint: place.mountpoint } }];
  const { configuration, crioProgram, input } = diagnosis;
  let why = '';
  for (const files of await configurations(look, { invocation, configuration, place })) {
    const plan = await planOf(look, dataset, place, files);
    const planned = new PlannedHost(look, plan.actions, new Set(), created);
    const afterwards = await checkHost(planned, { ...request, ordering: true });
    const problem = whyNotRight(plan, outcomeOf(afterwards));
    if (problem === undefined) {
      const layout: Layout = {
        dataset,
        ...place,
        files,
        hasService: crioProgram === undefined || crioProgram.status.state === 'known',
        leftBehind: input === undefined ? undefined : leftBehind(input.request.graphroot, input.facts.store),
        selinuxEnforcing: afterwards.diagnosis.input?.facts.surroundings?.selinuxEnforcing ?? absent(),
        crioVersion: afterwards.diagnosis.crioVersion?.text ?? '',
        exact: afterwards.exact,
      };
      return { kind: 'layout', layout };
    }
    const { prediction } = afterwards.diagnosis;
    if (prediction.outcome === 'unknown') {
      return { kind: 'unknown', why: prediction.missing.map(describeFailure).join('; ') };
    }
    why = problem;
  }
  const lines = [
    sentence(`The usual layout does not work here, because something else sets it: ${why}`),
    command('crio-guard --config'),
  ];
  return { kind: 'missing', lines };
}

async function planOf(
  host: Host,
  dataset: string,
  { mountpoint, graphroot }: Place,
  files: readonly LayoutFile[],
): Promise<Plan> {
  const missing = new Set<string>();
  for (const { path } of files) {
    for (let here = parentOf(path); here !== '/'; here = parentOf(here))
      if ((await host.lstat(here)).state === 'absent') missing.add(here);
  }
  const makeDirectory = (path: string, mode: number): Action => ({ kind: 'make-directory', path, mode });
  const write = ({ path, lines, reloadsSystemd }: LayoutFile): Action => ({
    kind: 'write-file',
    path,
    content: `${lines.join('\n')}\n`,
    mode: 0o644,
    previous: null,
    ...(reloadsSystemd === true ? { reloadsSystemd } : {}),
  });
  const actions: Action[] = [
    { kind: 'mount-dataset', dataset, mountpoint },
    makeDirectory(graphroot, 0o700),
    ...[...missing].sort().map((path) => makeDirectory(path, 0o755)),
    ...files.map(write),
  ];
  return { code: 'CG202', actions, expects: { kind: 'start', dataset, layers: [] } };
}

function leftBehind(graphroot: string, store: Parameters<typeof storedLayers>[0]): LeftBehind | undefined {
  const stored = storedLayers(store);
  if (stored.kind === 'none') return undefined;
  return { graphroot, layers: stored.kind === 'layers' ? stored.layers.length : undefined };
}
