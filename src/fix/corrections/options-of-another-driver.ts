import { describeOrigin, type Sourced } from '../../config/origin.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';
import { OTHER_DRIVERS } from '../../driver/options.js';
import {
  readRunEnvironment,
  storageOptVariable,
  writeRunEnvironment,
  type RunEnvironment,
  type RunVariables,
} from '../run-environment.js';
import { storedLayers } from '../stored-layers.js';

const CODE = 'CG111';

/** What limits how much a container or the store may take. */
const LIMIT = /\.(?:size|inodes|basesize|min_space)$/;

/**
 * crio.conf names the driver zfs, while storage.conf names another and brings its options along, which zfs
 * refuses (kubernetes-sigs/kubespray#9898). STORAGE_DRIVER=zfs makes containers/storage emit the options of
 * zfs alone (types/options.go ReloadConfigurationFile). Options that crio.conf or a drop-in adds, such as that of
 * kata-deploy, come with each driver: CONTAINER_STORAGE_OPT holds the list without them. Either is set for crio.service
 * only: storage.conf belongs to Podman too, and another program may write its file again.
 */
export const optionsOfAnotherDriver = defineCorrection({
  read: ({ host }) => readRunEnvironment(host),
  plan: planDriver,
});

function planDriver({ configuration, input }: StoreDiagnosis, environment: RunEnvironment): Planned {
  if (configuration.kind !== 'resolved') return refuse(CODE, 'the configuration could not be determined');
  const { driver, options } = configuration.storage;
  if (driver.value !== 'zfs') {
    return refuse(
      CODE,
      `only the driver zfs is corrected, and it is ${driver.value}: remove what it refuses`,
    );
  }
  const others = options.filter(({ value }) => !/^\s*zfs\./i.test(value));
  const isByStorageConf = others.every((option) => isSetIn('storage', option));
  const why = others
    .map((option) => (isByStorageConf ? whyLimit(option) : whyNotDropped(option)))
    .find((reason) => reason !== undefined);
  if (why !== undefined) return refuse(CODE, why);
  const store = storedLayers(input.facts.store);
  if (store.kind === 'unknown')
    return refuse(CODE, `whether images are stored could not be read: ${store.why}`);
  if (environment.kind === 'unusable') return refuse(CODE, environment.why);
  const setting = isByStorageConf ? withOwnDriver(others) : withoutOthers(options, others);
  if (typeof setting === 'string') return refuse(CODE, setting);
  const write = writeRunEnvironment(setting);
  if (typeof write === 'string') return refuse(CODE, write);
  const layers = store.kind === 'layers' ? store.layers : [];
  return { kind: 'plan', plan: { code: CODE, actions: [write], expects: { kind: 'start', layers } } };
}

const namesOf = (options: readonly Sourced<string>[]): string => options.map(({ value }) => value).join(', ');

const withOwnDriver = (others: readonly Sourced<string>[]): RunVariables => ({
  reason: [
    `${CODE}: the driver is zfs, and storage.conf names another one, so that its options came along:`,
    `${namesOf(others)} (kubernetes-sigs/kubespray#9898). With this variable it yields those of zfs alone.`,
  ],
  variables: { STORAGE_DRIVER: 'zfs' },
});

/** An empty variable would be an option without a name, which is refused: this one says the default of zfs. */
const NO_OPTION = 'zfs.mountopt=';

function withoutOthers(
  options: readonly Sourced<string>[],
  others: readonly Sourced<string>[],
): RunVariables | string {
  const kept = options.filter((option) => !others.includes(option)).map(({ value }) => value);
  const list = storageOptVariable(kept.length === 0 ? [NO_OPTION] : kept);
  if ('unsayable' in list) {
    return (
      `the variable CONTAINER_STORAGE_OPT cannot hold "${list.unsayable}" beside the others: it is split at its commas, ` +
      `and blanks are trimmed. Remove ${namesOf(others)} where it is set`
    );
  }
  return {
    reason: [
      `${CODE}: the driver is zfs, and the configuration of CRI-O adds options of another one, which zfs refuses:`,
      `${namesOf(others)}. This is the list without them.`,
    ],
    variables: list.variables,
  };
}

const isSetIn = (file: 'storage' | 'crio', { origin }: Sourced<string>): boolean =>
  origin.kind === 'file' && origin.key.startsWith(`${file}.`);

const OF_ANOTHER_DRIVER = new RegExp(`^(?:${OTHER_DRIVERS.join('|')})\\.`, 'i');

/** The list replaces what the files of CRI-O add for other drivers, and nothing whose purpose is not known. */
function whyNotDropped(option: Sourced<string>): string | undefined {
  const { value, origin } = option;
  if (!isSetIn('crio', option)) {
    return origin.kind === 'file'
      ? `options of another driver come from storage.conf and from the configuration of CRI-O: remove ${value} in ${describeOrigin(origin)}`
      : `${value} comes from ${describeOrigin(origin)}, which no variable can replace: remove it there`;
  }
  if (!OF_ANOTHER_DRIVER.test(value.trimStart()))
    return `crio-guard does not know the purpose of ${value} (${describeOrigin(origin)}): remove or correct it there`;
  return whyLimit(option);
}

function whyLimit({ value, origin }: Sourced<string>): string | undefined {
  const key = value.slice(0, Math.max(0, value.indexOf('='))).trim();
  if (!LIMIT.test(key)) return undefined;
  return (
    `${value} (${describeOrigin(origin)}) is a limit, which would be lifted without a word: ` +
    'remove it there, and set a quota on the dataset'
  );
}
