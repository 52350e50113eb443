import { describeOrigin, type Sourced } from '../../config/origin.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';
import { readRunEnvironment, writeRunEnvironment, type RunEnvironment } from '../run-environment.js';
import { storedLayers } from '../stored-layers.js';

const CODE = 'CG111';

/** What limits how much a container or the store may take. */
const LIMIT = /\.(?:size|inodes|basesize|min_space)$/;

/**
 * crio.conf names the driver zfs, while storage.conf names another and brings its options along, which zfs
 * refuses (kubernetes-sigs/kubespray#9898). STORAGE_DRIVER=zfs makes containers/storage emit the options of
 * zfs alone (types/options.go ReloadConfigurationFile). It is set for crio.service only: the file belongs to
 * Podman too, and so would a variable of the whole machine.
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
  const why = others.map(whyNotDropped).find((reason) => reason !== undefined);
  if (why !== undefined) return refuse(CODE, why);
  const store = storedLayers(input.facts.store);
  if (store.kind === 'unknown')
    return refuse(CODE, `whether images are stored could not be read: ${store.why}`);
  if (environment.kind === 'unusable') return refuse(CODE, environment.why);
  const names = others.map(({ value }) => value).join(', ');
  const write = writeRunEnvironment({
    reason: [
      `${CODE}: the driver is zfs, and storage.conf names another one, so that its options came along:`,
      `${names} (kubernetes-sigs/kubespray#9898). With this variable it yields those of zfs alone.`,
    ],
    variables: { STORAGE_DRIVER: 'zfs' },
  });
  if (typeof write === 'string') return refuse(CODE, write);
  const layers = store.kind === 'layers' ? store.layers : [];
  return { kind: 'plan', plan: { code: CODE, actions: [write], expects: { kind: 'start', layers } } };
}

/** The variable takes away what storage.conf says for its own driver, and nothing that limits anything. */
function whyNotDropped({ value, origin }: Sourced<string>): string | undefined {
  const key = value.slice(0, Math.max(0, value.indexOf('='))).trim();
  if (origin.kind !== 'file' || !origin.key.startsWith('storage.')) {
    return `${value} comes from ${describeOrigin(origin)}, and only options of storage.conf follow its driver: remove it there`;
  }
  if (LIMIT.test(key)) {
    return (
      `${value} (${describeOrigin(origin)}) is a limit, which would be lifted without a word: ` +
      'remove it there, and set a quota on the dataset'
    );
  }
  return undefined;
}
