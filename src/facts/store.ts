import type { DirectoryEntry, FileStatus, Host } from '../host/host.js';
import { CONTENT_LIMIT } from '../host/host.js';
import { absent, mapProbe, type Probe } from '../host/probe.js';

/** What lies in graphroot already. Reading it goes through the host, which leaves hung pools to a child. */
export interface StoreFacts {
  /** Entries of graphroot. */
  readonly entries: Probe<readonly DirectoryEntry[]>;
  /** Drivers that left a directory of their name (drivers.ScanPriorDrivers). */
  readonly priorDrivers: readonly string[];
  /** images.json and containers.json of the driver, which are parsed before CRI-O is up. */
  readonly images: StoreFile;
  readonly containers: StoreFile;
  /** layers.json of the driver; CRI-O reads it only later. */
  readonly layers: StoreFile;
  readonly storageLock: Probe<FileStatus>;
  readonly usernsLock: Probe<FileStatus>;
}

export interface StoreFile {
  readonly path: string;
  readonly content: Probe<StoreContent>;
}

export type StoreContent =
  | {
      readonly kind: 'list';
      readonly ids: readonly string[];
      /** Layers that a crash or a failed pull left half made (layers.go layerFlagIncomplete). */
      readonly incomplete?: readonly string[];
    }
  /** Not what json-iterator takes for a list; `start` is the beginning of the file. */
  | { readonly kind: 'broken'; readonly start: string; readonly length: number };

/** Drivers that containers/storage compiles in on Linux, aufs only up to CRI-O 1.31. */
export const DRIVER_NAMES = ['aufs', 'btrfs', 'overlay', 'vfs', 'zfs'] as const;

export interface StorePlace {
  readonly graphroot: string;
  readonly imagestore: string;
  /** The driver whose files to read. */
  readonly driver: string;
}

export async function readStore(host: Host, place: StorePlace): Promise<StoreFacts> {
  const { graphroot, imagestore, driver } = place;
  const entries = await host.readDirectory(graphroot);
  const has = (name: string): boolean =>
    entries.state === 'unknown' ||
    (entries.state === 'known' && entries.value.some((entry) => entry.name === name));
  const imagesRoot = imagestore === '' ? graphroot : imagestore;
  const images = `${imagesRoot}/${driver}-images/images.json`;
  const containers = `${graphroot}/${driver}-containers/containers.json`;
  const layers = `${graphroot}/${driver}-layers/layers.json`;
  return {
    entries,
    priorDrivers:
      entries.state === 'known'
        ? DRIVER_NAMES.filter((name) => entries.value.some((entry) => entry.name === name))
        : [],
    images: {
      path: images,
      content: imagestore !== '' || has(`${driver}-images`) ? await readList(host, images) : absent(),
    },
    containers: {
      path: containers,
      content: has(`${driver}-containers`) ? await readList(host, containers) : absent(),
    },
    layers: {
      path: layers,
      content: has(`${driver}-layers`) ? await readList(host, layers) : absent(),
    },
    storageLock: has('storage.lock') ? await host.stat(`${graphroot}/storage.lock`) : absent(),
    usernsLock: has('userns.lock') ? await host.stat(`${graphroot}/userns.lock`) : absent(),
  };
}

async function readList(host: Host, path: string): Promise<Probe<StoreContent>> {
  return mapProbe(await host.readFile(path, CONTENT_LIMIT), parseList);
}

/** containers/storage takes an empty file for an empty list (images.go load, containers.go load). */
export function parseList(bytes: Uint8Array): StoreContent {
  const text = new TextDecoder().decode(bytes);
  if (text === '') return { kind: 'list', ids: [] };
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return { kind: 'list', ids: [] };
    if (Array.isArray(value) && value.every((item) => typeof item === 'object')) {
      const incomplete = value.filter(isIncomplete).flatMap(idOf);
      return {
        kind: 'list',
        ids: value.flatMap(idOf),
        ...(incomplete.length === 0 ? {} : { incomplete }),
      };
    }
  } catch {
    // Said below: what it starts with is all that is needed.
  }
  return { kind: 'broken', start: text.slice(0, 64), length: bytes.length };
}

function idOf(item: unknown): string[] {
  if (typeof item !== 'object' || item === null || !('id' in item)) return [];
  return typeof item.id === 'string' ? [item.id] : [];
}

function isIncomplete(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || !('flags' in item)) return false;
  const { flags } = item;
  return typeof flags === 'object' && flags !== null && 'incomplete' in flags && flags.incomplete === true;
}
