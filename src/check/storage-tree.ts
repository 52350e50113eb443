import type { Prediction } from '../driver/prediction.js';
import { contains } from '../host/containment.js';
import type { Facts } from '../facts/facts.js';
import type { Mount } from '../host/mountinfo.js';
import { valueOf } from '../host/probe.js';

export type TreeMark =
  /** The directory whose file system the driver asks for. */
  | 'looked-at'
  | 'graphroot'
  /** Graphroot does not exist yet. */
  | 'to-be-made'
  | 'metadata'
  | 'layers'
  /** A dataset belongs here and is not mounted: `intended`. */
  | 'unmounted';

/** A directory on the way to graphroot, or what CRI-O makes below it. */
export interface TreeRow {
  readonly depth: number;
  /** Relative to the row above it, for all but the first. */
  readonly name: string;
  readonly fileSystem: string;
  /** Dataset or device. */
  readonly source: string;
  readonly marks: readonly TreeMark[];
  readonly intended?: string;
}

export type StorageTree = readonly TreeRow[];

export interface TreeRequest {
  readonly facts: Facts;
  readonly prediction: Prediction;
  /** As configured; empty when containers/storage chooses. */
  readonly driver: string;
  readonly fsname: string;
}

/** From / down to graphroot and what will lie in it; undefined when the mounts are not known. */
export function treeOf(request: TreeRequest): StorageTree | undefined {
  const { facts } = request;
  const mount = valueOf(facts.graphroot.mount);
  const mounts = valueOf(facts.mounts);
  if (mount === undefined || mounts === undefined) return undefined;
  const chain = chainTo(mount, mounts);
  const graphroot = facts.graphroot.physical;
  const looked = lookedAt(request);
  // With zfs.fsname a dataset that the host does not mount by itself is the administrator's choice.
  const intended =
    request.fsname !== '' && facts.intended?.mountedAtBoot === false ? undefined : facts.intended;
  const places = new Set([
    ...chain.map(({ mountpoint }) => mountpoint),
    ...(looked === undefined ? [] : [looked]),
    ...(intended === undefined ? [] : [intended.mountpoint]),
    graphroot,
  ]);
  const onTheWay = [...places].filter((path) => contains(path, graphroot)).sort(byLength);
  const rows = onTheWay.map((path, depth): TreeRow => {
    const here = carrier(chain, path);
    const marks: TreeMark[] = [
      ...(path === looked ? (['looked-at'] as const) : []),
      ...(path === intended?.mountpoint ? (['unmounted'] as const) : []),
      ...(path === graphroot ? (['graphroot'] as const) : []),
      ...(path === graphroot && facts.graphroot.status.state === 'absent' ? (['to-be-made'] as const) : []),
    ];
    const missing = path === intended?.mountpoint ? { intended: intended.dataset } : {};
    return { depth, name: relative(onTheWay[depth - 1], path), ...of(here), marks, ...missing };
  });
  return [...aside(request, looked, graphroot), ...rows, ...below(request, rows.length, mount)];
}

/** The mounts from / to the one that carries graphroot, without those that are covered. */
function chainTo(mount: Mount, mounts: readonly Mount[]): Mount[] {
  const byId = new Map(mounts.map((other) => [other.id, other]));
  const next = (here: Mount): Mount | undefined => byId.get(here.parent) ?? around(here, mounts);
  const chain = [mount];
  for (let above = next(mount); above !== undefined; above = next(above)) {
    if (chain.includes(above)) break;
    if (above.mountpoint !== chain[0]?.mountpoint) chain.unshift(above);
  }
  return chain;
}

/** The mount around one that is only planned, whose parent is not known yet: the innermost, the last. */
function around({ mountpoint }: Mount, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter((other) => other.mountpoint !== mountpoint && contains(other.mountpoint, mountpoint))
    .reduce<Mount | undefined>((best, other) => {
      return best !== undefined && best.mountpoint.length > other.mountpoint.length ? best : other;
    }, undefined);
}

/** GetFSMagic takes filepath.Dir of the path as it is written; zfs.fsname leaves the question out. */
function lookedAt({ facts, driver, prediction, fsname }: TreeRequest): string | undefined {
  const name = prediction.outcome === 'starts' ? prediction.driver : driver;
  if (name !== 'zfs' || fsname !== '') return undefined;
  return facts.graphroot.parentPhysical;
}

/** Behind a symlink the directory that is asked may not lie on the way at all. */
function aside({ facts }: TreeRequest, looked: string | undefined, graphroot: string): TreeRow[] {
  if (looked === undefined || contains(looked, graphroot)) return [];
  const place = of(valueOf(facts.graphroot.parentMount));
  return [{ depth: 0, name: looked, ...place, marks: ['looked-at'] }];
}

function below({ prediction }: TreeRequest, depth: number, mount: Mount): TreeRow[] {
  if (prediction.outcome !== 'starts') return [];
  const { driver, dataset } = prediction;
  const metadata: TreeRow = { depth, name: `${driver}-layers`, ...of(mount), marks: ['metadata'] };
  const layers: TreeRow =
    dataset === undefined
      ? { depth, name: driver, ...of(mount), marks: ['layers'] }
      : { depth, name: 'zfs/graph/ID', fileSystem: 'zfs', source: `${dataset}/ID`, marks: ['layers'] };
  return [metadata, layers];
}

const of = (mount: Mount | undefined): Pick<TreeRow, 'fileSystem' | 'source'> =>
  mount === undefined
    ? { fileSystem: '?', source: '?' }
    : { fileSystem: mount.fileSystem, source: mount.source };

function carrier(chain: readonly Mount[], path: string): Mount | undefined {
  return chain.filter(({ mountpoint }) => contains(mountpoint, path)).at(-1);
}

function relative(above: string | undefined, path: string): string {
  if (above === undefined || above === path) return path;
  return above === '/' ? path.slice(1) : path.slice(above.length + 1);
}

const byLength = (a: string, b: string): number => a.length - b.length;
