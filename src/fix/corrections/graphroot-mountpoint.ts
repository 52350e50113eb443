import type { StoreDiagnosis } from '../../rules/rule.js';
import { baseName, parentOf } from '../../host/paths.js';
import { valueOf } from '../../host/probe.js';
import { refuse, type Action, type Plan, type Planned } from '../actions.js';
import { defineCorrection, type CorrectionRequest } from '../correction.js';
import type { DropIn } from '../drop-in.js';
import { earlierRoots } from '../earlier-roots.js';
import { readSettingPlace, writeSetting, type SettingPlace } from '../setting-place.js';
import { storedLayers } from '../stored-layers.js';

const CODE = 'CG201';
const UNDETERMINED = 'the configuration could not be determined';

/**
 * cri-o/cri-o#8771: graphroot is the mountpoint of a dataset, its parent is not on ZFS. Without a store,
 * graphroot moves one directory down. With one, zfs.fsname names the dataset, so that the images stay where
 * CRI-O looks for them.
 */
export const graphrootMountpoint = defineCorrection({
  read: async (request) => ({
    place: await readSettingPlace(request),
    subdirectory: request.subdirectory,
    earlierRoots: earlierRoots(request.ledger),
  }),
  plan: planGraphrootMountpoint,
});

interface Context extends Pick<CorrectionRequest<typeof CODE>, 'subdirectory'> {
  readonly place: SettingPlace;
  /** Where earlier corrections moved graphroot to. */
  readonly earlierRoots: readonly string[];
}

function planGraphrootMountpoint(diagnosis: StoreDiagnosis, context: Context): Planned {
  const { facts, request } = diagnosis.input;
  const dataset = facts.zfs.lookup.find(
    ({ device }) => valueOf(device) === valueOf(facts.graphroot.status)?.device,
  )?.mount.source;
  if (dataset === undefined) return refuse(CODE, 'the dataset mounted at graphroot could not be determined');
  const store = storedLayers(facts.store);
  switch (store.kind) {
    case 'unknown':
      return refuse(
        CODE,
        `whether images are stored in ${request.graphroot} could not be read: ${store.why}`,
      );
    case 'none':
      return moveDown(diagnosis, context, dataset);
    case 'layers':
      return pinDataset(diagnosis, context.place, dataset, store.layers);
  }
}

function moveDown(
  diagnosis: StoreDiagnosis,
  { place, subdirectory, earlierRoots: earlier }: Context,
  dataset: string,
): Planned {
  const { facts, request } = diagnosis.input;
  const pinned = pinnedElsewhere(diagnosis, 'root');
  if (pinned !== undefined) return refuse(CODE, pinned);
  const root =
    earlier.filter((moved) => parentOf(moved) === request.graphroot).at(-1) ??
    `${request.graphroot}/${subdirectory}`;
  const entry = valueOf(facts.store.entries)?.find(({ name }) => name === baseName(root));
  if (entry !== undefined && entry.kind !== 'directory')
    return refuse(CODE, `${root} exists and is no directory`);
  const make: Action[] = entry === undefined ? [{ kind: 'make-directory', path: root, mode: 0o700 }] : [];
  const reason = [
    `${CODE}: graphroot ${request.graphroot} is the mountpoint of ${dataset}, and CRI-O looks at the file`,
    `system of its parent directory, which is not ZFS (cri-o/cri-o#8771). One directory lower it starts.`,
  ];
  return withSetting(diagnosis, place, { reason, root }, make, { kind: 'start', dataset, layers: [] });
}

function pinDataset(
  diagnosis: StoreDiagnosis,
  place: SettingPlace,
  dataset: string,
  layers: readonly string[],
): Planned {
  const { facts, request } = diagnosis.input;
  const pinned = pinnedElsewhere(diagnosis, 'options');
  if (pinned !== undefined) return refuse(CODE, pinned);
  const names = new Set(valueOf(facts.zfs.datasets)?.map(({ name }) => name));
  const foreign = layers.filter((id) => !names.has(`${dataset}/${id}`));
  if (foreign.length > 0) {
    return refuse(
      CODE,
      `${foreign.length} of the ${layers.length} layers in ${request.graphroot} are not in ${dataset}: ` +
        'naming it would make their images unusable',
    );
  }
  const reason = [
    `${CODE}: graphroot ${request.graphroot} is the mountpoint of ${dataset}, and CRI-O looks at the file`,
    `system of its parent directory, which is not ZFS (cri-o/cri-o#8771). Its images lie in that dataset,`,
    `so it is named here and graphroot stays where it is.`,
  ];
  return withSetting(diagnosis, place, { reason, storageOptions: [`zfs.fsname=${dataset}`] }, [], {
    kind: 'start',
    dataset,
    layers,
  });
}

/** A flag or variable beats every file, so a drop-in would change nothing. */
function pinnedElsewhere({ configuration }: StoreDiagnosis, what: 'root' | 'options'): string | undefined {
  if (configuration.kind !== 'resolved') return UNDETERMINED;
  const { storage } = configuration;
  const origins = what === 'root' ? [storage.root.origin] : storage.options.map(({ origin }) => origin);
  for (const origin of origins) {
    if (origin.kind === 'flag') {
      return `the flag ${origin.flag} of crio.service sets it, and no file can override a flag: change the unit`;
    }
    if (origin.kind === 'environment' && origin.name.startsWith('CONTAINER_')) {
      return `the variable ${origin.name} sets it, and no file can override it: change the unit's environment`;
    }
  }
  return undefined;
}

function withSetting(
  { configuration }: StoreDiagnosis,
  place: SettingPlace,
  setting: DropIn,
  before: readonly Action[],
  expects: Plan['expects'],
): Planned {
  if (configuration.kind !== 'resolved') return refuse(CODE, UNDETERMINED);
  const actions = writeSetting(place, setting, configuration.storage);
  if (typeof actions === 'string') return refuse(CODE, actions);
  return { kind: 'plan', plan: { code: CODE, actions: [...before, ...actions], expects } };
}
