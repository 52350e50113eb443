import { innerCause, type FailureCause } from '../../driver/cause.js';
import { fsnameOf } from '../../driver/options.js';
import { contains } from '../../host/containment.js';
import type { Dataset } from '../../facts/zfs/datasets.js';
import type { IntendedDataset } from '../../facts/zfs/intended.js';
import { physicalFrom } from '../../facts/path-facts.js';
import { poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import {
  notApplicable,
  passed,
  unknownAnswer,
  withStore,
  type Diagnosis,
  type FindingData,
  type RuleAnswer,
  type StoreDiagnosis,
} from '../rule.js';

/** What comes of it that the dataset meant for graphroot is not mounted. */
export type Consequence =
  /** CRI-O refuses, since it finds no ZFS or cannot write there. */
  | { readonly kind: 'refused' }
  /** CRI-O starts and makes layers elsewhere. */
  | { readonly kind: 'astray'; readonly landing: string }
  /** zfs.fsname decides where layers go; only the records of images and containers lie elsewhere. */
  | { readonly kind: 'records' }
  /** CRI-O fails for a reason of its own, or what it does is not known. */
  | { readonly kind: 'none' };

export interface Intention {
  readonly intended: IntendedDataset;
  /** As zfs lists it, where its pool is imported and it exists. */
  readonly listed?: Dataset;
  readonly poolImported: boolean;
  /**
   * That CRI-O would write to the wrong place is certain: this host mounts the dataset by itself, and CRI-O
   * has not worked without it before.
   */
  readonly certain: boolean;
  readonly consequence: Consequence;
}

/** The dataset that graphroot is meant to lie on and does not, with what follows from it. */
export function intentionOf(store: StoreDiagnosis): Intention | undefined {
  const { facts } = store.input;
  const { intended } = facts;
  if (intended === undefined) return undefined;
  const listed = valueOf(facts.zfs.datasets)?.find(({ name }) => name === intended.dataset);
  const { pools } = facts.zfs;
  return {
    intended,
    ...(listed === undefined ? {} : { listed }),
    poolImported:
      pools.state !== 'known' || pools.value.some(({ name }) => name === poolOf(intended.dataset)),
    certain: intended.mountedAtBoot && !hasWorkedHere(store),
    consequence: consequenceOf(store, intended),
  };
}

/** The visible graphroot lists layers, and they are where new ones would be made. */
function hasWorkedHere({ prediction, input }: StoreDiagnosis): boolean {
  if (prediction.outcome !== 'starts') return false;
  const { store, zfs } = input.facts;
  const content = valueOf(store.layers.content);
  const ids = content?.kind === 'list' ? content.ids : [];
  if (ids.length === 0) return false;
  const { dataset } = prediction;
  if (dataset === undefined) return true;
  const names = new Set((valueOf(zfs.datasets) ?? []).map(({ name }) => name));
  return ids.some((id) => names.has(`${dataset}/${id}`));
}

/** Refusals that the missing mount of a dataset may cause. */
const MAY_LACK_MOUNT: ReadonlySet<FailureCause['kind']> = new Set<FailureCause['kind']>([
  'parent-not-zfs',
  'graphroot-not-in-mounts',
  'directory-not-made',
  'lock-not-opened',
]);

/**
 * For the rules about the dataset meant for graphroot. That none was found is an answer only where all that
 * could name one was read.
 */
export function whenIntended<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (intention: Intention, store: StoreDiagnosis) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  return withStore(diagnosis, (store) => {
    const intention = intentionOf(store);
    if (intention !== undefined) return check(intention, store);
    const { prediction, input } = store;
    const { mounts, zfs } = input.facts;
    if (prediction.outcome === 'unknown') return unknownAnswer(...prediction.missing);
    if (prediction.outcome === 'fails' && !MAY_LACK_MOUNT.has(innerCause(prediction.cause).kind)) {
      return notApplicable('CRI-O stops for another reason');
    }
    if (zfs.module.state === 'absent') return notApplicable('the zfs module is not loaded');
    const driver = prediction.outcome === 'starts' ? prediction.driver : input.request.driver;
    if (mounts.state === 'unknown') return unknownAnswer(mounts.why);
    if (zfs.datasets.state !== 'unknown') return passed;
    const isAside = zfs.datasets.why.kind === 'not-asked' && driver !== 'zfs' && driver !== '';
    return isAside
      ? notApplicable('CRI-O does not need ZFS, and its datasets were not asked for')
      : unknownAnswer(zfs.datasets.why);
  });
}

function consequenceOf(store: StoreDiagnosis, intended: IntendedDataset): Consequence {
  const { prediction, input } = store;
  if (prediction.outcome === 'unknown') return { kind: 'none' };
  if (prediction.outcome === 'fails') {
    return lacksMount(prediction.cause, intended.mountpoint, store) ? { kind: 'refused' } : { kind: 'none' };
  }
  if (prediction.driver === 'zfs' && fsnameOf(input.request.options) !== '') return { kind: 'records' };
  return { kind: 'astray', landing: landingOf(store) };
}

/** Whether a mounted dataset would change it: ZFS is not found there, or CRI-O cannot write there. */
function lacksMount(failure: FailureCause, mountpoint: string, { input }: StoreDiagnosis): boolean {
  const cause = innerCause(failure);
  switch (cause.kind) {
    case 'parent-not-zfs':
    case 'graphroot-not-in-mounts':
      return true;
    case 'directory-not-made':
    case 'lock-not-opened':
      return contains(mountpoint, physicalFrom(input.facts.graphroot, cause.path));
    default:
      return false;
  }
}

/** The dataset, or the file system, that new layers go to. */
export function landingOf({ prediction, input }: StoreDiagnosis): string {
  if (prediction.outcome === 'starts' && prediction.dataset !== undefined) return prediction.dataset;
  const mount = valueOf(input.facts.graphroot.mount);
  if (mount === undefined) return 'another file system';
  return mount.fileSystem === 'zfs'
    ? mount.source
    : `the ${mount.fileSystem} file system on ${mount.mountpoint}`;
}
