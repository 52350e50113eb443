import { complaintOf, type FileStatus, type Host } from '../../host/host.js';
import { absent, chainProbe, known, unknown, valueOf, type Probe } from '../../host/probe.js';
import { contains } from '../../host/containment.js';
import { mountsAt, type Dataset } from './datasets.js';
import { encryptionKeyOf } from './encryption-key.js';
import type { PathFacts } from '../path-facts.js';
import type { DirectoryContents } from '../store/mountpoint-contents.js';
import type { Mount } from '../../host/mountinfo.js';
import type { RequestedMount } from './planned-mounts.js';

/** A dataset that graphroot would lie on, were it mounted where it is meant to be. */
export interface IntendedDataset {
  readonly dataset: string;
  readonly mountpoint: string;
  /** What says that it belongs there: its own mountpoint property, or a file. */
  readonly source: 'property' | RequestedMount['source'];
  /** The file that says so, when it is not the property. */
  readonly file?: string;
  /** The host mounts it by itself at boot, so that it is missing now; false where that is the host's choice. */
  readonly mountedAtBoot: boolean;
  /** Where it is mounted instead. */
  readonly mountedAt: readonly string[];
  /** What lies in its mountpoint now. */
  readonly contents: Probe<DirectoryContents>;
  /**
   * Whether it is delegated to a container (zoned=on): the host does not mount it, and `zfs mount` refuses to. Absent
   * where it does not exist.
   */
  readonly zoned: Probe<boolean>;
  /** The file its key can be loaded from; only when the key is not loaded and comes from a file. */
  readonly keyFile?: KeyFile;
}

export interface KeyFile {
  readonly path: string;
  readonly status: Probe<FileStatus>;
}

export interface IntentionSources {
  readonly graphroot: PathFacts;
  readonly mounts: Probe<readonly Mount[]>;
  readonly datasets: Probe<readonly Dataset[]>;
  readonly planned: readonly RequestedMount[];
}

/**
 * The unmounted dataset whose mountpoint is nearest to graphroot and lies deeper than the mount that carries
 * it now. Datasets with canmount=off only hand properties down, those of another boot environment and
 * whatever is mounted on / are passed over: all of them are parts of layouts that work.
 */
export function findIntended(
  sources: IntentionSources,
): Omit<IntendedDataset, 'contents' | 'keyFile' | 'zoned'> | undefined {
  const { graphroot } = sources;
  const carrying = valueOf(graphroot.mount);
  const mounts = valueOf(sources.mounts) ?? [];
  const path = graphroot.physical;
  if (carrying === undefined || !contains(carrying.mountpoint, path)) return undefined;
  const candidates = [...fromProperties(sources, mounts), ...fromFiles(sources)]
    .filter(({ dataset }) => dataset !== carrying.source || carrying.fileSystem !== 'zfs')
    .filter(({ mountpoint }) => contains(mountpoint, path) && mountpoint !== carrying.mountpoint)
    .filter(({ mountpoint }) => contains(carrying.mountpoint, mountpoint))
    .map((candidate) => ({ ...candidate, mountedAt: mountedAt(mounts, candidate.dataset) }))
    // One that is mounted there and hidden is not unmounted.
    .filter(({ mountpoint, mountedAt: places }) => !places.includes(mountpoint));
  return candidates.reduce<(typeof candidates)[number] | undefined>(nearer, undefined);
}

type Candidate = Omit<IntendedDataset, 'contents' | 'keyFile' | 'mountedAt' | 'zoned'>;

function nearer<T extends Candidate>(best: T | undefined, next: T): T {
  if (best === undefined) return next;
  if (best.mountpoint.length !== next.mountpoint.length) {
    return best.mountpoint.length > next.mountpoint.length ? best : next;
  }
  return !best.mountedAtBoot && next.mountedAtBoot ? next : best;
}

function fromProperties({ datasets }: IntentionSources, mounts: readonly Mount[]): Candidate[] {
  const root = mounts.filter(({ mountpoint }) => mountpoint === '/').pop();
  const running = root?.fileSystem === 'zfs' ? bootEnvironment(root.source) : undefined;
  return (valueOf(datasets) ?? []).flatMap((dataset) => {
    const mountpoint = mountsAt(dataset);
    if (mountpoint === undefined || mountpoint === '/' || dataset.type !== 'filesystem') return [];
    const { canmount, readonly } = dataset.properties;
    if (canmount === 'off') return [];
    const environment = bootEnvironment(dataset.name);
    if (environment !== undefined && environment !== running) return [];
    // Nobody means a read-only replica of another host to carry a store.
    const mountedAtBoot = canmount === 'on' && readonly !== 'on';
    return [{ dataset: dataset.name, mountpoint, source: 'property' as const, mountedAtBoot }];
  });
}

function fromFiles({ planned, datasets }: IntentionSources): Candidate[] {
  const ofCaches = new Set(planned.flatMap(({ dataset, source }) => (source === 'fstab' ? [] : [dataset])));
  for (const { name } of ofCaches.size === 0 ? [] : (valueOf(datasets) ?? [])) ofCaches.delete(name);
  return planned
    .filter(({ dataset, source }) => source === 'fstab' || ofCaches.has(dataset))
    .map(({ dataset, mountpoint, source, file, mountedAtBoot }) => ({
      dataset,
      mountpoint,
      source,
      file,
      mountedAtBoot,
    }));
}

export const zonedArguments = (dataset: string): readonly string[] => [
  ...['get', '-Hp', '-o', 'value', 'zoned'],
  dataset,
];

/** Asked only of a dataset that was listed: its pool answers. */
export async function readZoned(
  host: Host,
  zfs: string | undefined,
  name: string,
  datasets: readonly Dataset[],
): Promise<Probe<boolean>> {
  if (!datasets.some((dataset) => dataset.name === name)) return absent();
  const question = `ask whether ${name} is zoned`;
  if (zfs === undefined) return unknown('not-asked', question, 'the zfs command was not found');
  const answer = await host.run(zfs, zonedArguments(name));
  return chainProbe(answer, ({ exitCode, stdout, stderr }) => {
    const value = stdout.trim();
    if (exitCode === 0 && (value === 'on' || value === 'off')) return known(value === 'on');
    return unknown('failed', question, complaintOf({ exitCode, stderr }));
  });
}

/** Looks at the file that the key of a dataset comes from, as long as it is not loaded. */
export async function readKeyFile(
  host: Host,
  name: string,
  datasets: readonly Dataset[],
): Promise<KeyFile | undefined> {
  const dataset = datasets.find((candidate) => candidate.name === name);
  if (dataset?.properties.keystatus !== 'unavailable') return undefined;
  const path = /^file:\/\/(\/.*)$/.exec(encryptionKeyOf(dataset, datasets).keylocation)?.[1];
  return path === undefined ? undefined : { path, status: await host.stat(path) };
}

/** rpool/ROOT/debian of rpool/ROOT/debian/var/lib. */
export function bootEnvironment(dataset: string): string | undefined {
  return /^(?:[^/]+\/)+ROOT\/[^/]+/.exec(dataset)?.[0];
}

const mountedAt = (mounts: readonly Mount[], dataset: string): string[] =>
  mounts
    .filter(({ fileSystem, source }) => fileSystem === 'zfs' && source === dataset)
    .map(({ mountpoint }) => mountpoint);

/**
 * What is mounted on graphroot itself, so that it can be emptied but not removed. A symlink at its end is
 * removed in its place.
 */
export function mountedOn(graphroot: PathFacts, mounts: readonly Mount[]): Mount | undefined {
  if (graphroot.symlinks.some(({ path }) => path === graphroot.path)) return undefined;
  const isThere = ({ mountpoint }: Mount): boolean => mountpoint === graphroot.physical;
  // One that is hidden by a mount above it is not on the path any more.
  const seen = valueOf(graphroot.mount);
  if (seen !== undefined) return isThere(seen) ? seen : undefined;
  return mounts.find(isThere);
}
