import type { DirectoryEntry, Host } from '../../host/host.js';
import { CONTENT_LIMIT } from '../../host/host.js';
import { absent, chainProbe, valueOf, type Probe } from '../../host/probe.js';
import { fromWorkingDirectory, goJoin } from '../../host/paths.js';
import { occupantIn, occupantOf, type Occupied } from './occupied.js';
import { parseContainers, parseImages, parseLayers, type StoreFile } from './store-list.js';

/** Contents of graphroot. Reading goes through the host, which leaves pools that can hang to a child process. */
export interface StoreFacts {
  /** Entries of graphroot. */
  readonly entries: Probe<readonly DirectoryEntry[]>;
  /** Drivers that left an entry with their name (drivers.ScanPriorDrivers). */
  readonly priorDrivers: readonly string[];
  /** images.json and containers.json of the driver, which CRI-O parses before it is up. */
  readonly images: StoreFile;
  readonly containers: StoreFile;
  /** layers.json of the driver; CRI-O reads it only later. */
  readonly layers: StoreFile;
  /** Occupants of the paths where the store creates a directory, opens a lock or reads a list, for each possible driver. */
  readonly occupied: readonly Occupied[];
  /** The lists that CRI-O parses before it is up, of each possible driver. */
  readonly lists: readonly StoreFile[];
}

/** Drivers that containers/storage compiles in on Linux, aufs only up to CRI-O 1.31. */
export const DRIVER_NAMES = ['aufs', 'btrfs', 'overlay', 'vfs', 'zfs'] as const;

export interface StorePlace {
  readonly graphroot: string;
  /** Directory of the images as configured; empty when it is graphroot. */
  readonly imagestore: string;
  readonly runroot: string;
  /** The driver whose files to read. */
  readonly driver: string;
  /** The drivers that containers/storage can choose. */
  readonly candidates: readonly string[];
  readonly workingDirectory: string;
}

export async function readStore(host: Host, place: StorePlace): Promise<StoreFacts> {
  const { graphroot, imagestore, driver } = place;
  const entries = await host.readDirectory(graphroot);
  const look = new StoreLook(host, place, entries);
  for (const candidate of place.candidates) await look.at(candidate);
  const priorDrivers = await look.priorDrivers();
  const images = goJoin(imagestore === '' ? graphroot : imagestore, `${driver}-images/images.json`);
  const containers = goJoin(graphroot, `${driver}-containers/containers.json`);
  const layers = goJoin(graphroot, `${driver}-layers/layers.json`);
  const hasLayers =
    entries.state === 'unknown' || (valueOf(entries) ?? []).some(({ name }) => name === `${driver}-layers`);
  // In parallel: on a pool one child process reads all lists.
  const [layerList, ...lists] = await Promise.all([
    hasLayers ? host.readFile(layers, CONTENT_LIMIT) : absent(),
    ...look.reading,
  ]);
  const list = (path: string): StoreFile =>
    lists.find((candidate) => candidate.path === path) ?? { path, content: absent() };
  return {
    entries,
    priorDrivers,
    images: list(images),
    containers: list(containers),
    layers: { path: layers, content: chainProbe(layerList, (bytes) => parseLayers(bytes, layers)) },
    occupied: look.occupied,
    lists,
  };
}

/** Looks at the paths of GetStore and load (store.go), only as deep as directories exist. */
class StoreLook {
  readonly occupied: Occupied[] = [];
  readonly reading: Promise<StoreFile>[] = [];

  constructor(
    private readonly host: Host,
    private readonly place: StorePlace,
    private readonly entries: Probe<readonly DirectoryEntry[]>,
  ) {}

  async at(driver: string): Promise<void> {
    const { graphroot, imagestore, runroot } = this.place;
    for (const name of ['mounts', driver, 'storage.lock', 'userns.lock']) await this.child(name);
    if (await this.child(`${driver}-images`)) await this.images(goJoin(graphroot, `${driver}-images`));
    if (await this.child(`${driver}-containers`)) {
      await this.containers(goJoin(graphroot, `${driver}-containers`));
    }
    if (imagestore !== '' && (await this.path(imagestore))) {
      await this.path(goJoin(imagestore, driver));
      const images = goJoin(imagestore, `${driver}-images`);
      if (await this.path(images)) await this.images(images);
    }
    if (!(await this.path(runroot))) return;
    await this.path(goJoin(runroot, `${driver}-containers`));
    await this.path(goJoin(runroot, `${driver}-locks`));
  }

  /** drivers.ScanPriorDrivers: whatever fileutils.Exists finds. */
  async priorDrivers(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of DRIVER_NAMES) {
      const by = valueOf(await occupantIn(this.host, this.place.graphroot, this.entries, name));
      if (by === 'directory' || by === 'file') found.push(name);
    }
    return found;
  }

  private async images(directory: string): Promise<void> {
    await this.path(`${directory}/images.lock`);
    await this.list(`${directory}/images.json`, parseImages);
  }

  private async containers(directory: string): Promise<void> {
    await this.path(`${directory}/containers.lock`);
    await this.list(`${directory}/containers.json`, parseContainers);
    await this.list(`${directory}/volatile-containers.json`, parseContainers);
  }

  private async list(path: string, parse: typeof parseImages): Promise<void> {
    await this.path(path);
    const by = this.occupied.find((known) => known.path === path)?.by;
    const isFile = by?.state === 'unknown' || (by !== undefined && valueOf(by) === 'file');
    const bytes = isFile ? this.host.readFile(this.from(path), CONTENT_LIMIT) : Promise.resolve(absent());
    this.reading.push(
      bytes.then((probe) => ({ path, content: chainProbe(probe, (found) => parse(found, path)) })),
    );
  }

  private async child(name: string): Promise<boolean> {
    const { graphroot } = this.place;
    const path = goJoin(graphroot, name);
    return this.keep(path, await occupantIn(this.host, graphroot, this.entries, name));
  }

  private async path(path: string): Promise<boolean> {
    if (this.occupied.some((known) => known.path === path)) return this.isDirectory(path);
    return this.keep(path, await occupantOf(this.host, this.from(path)));
  }

  private from(path: string): string {
    return fromWorkingDirectory(this.place.workingDirectory, path);
  }

  private keep(path: string, by: Occupied['by']): boolean {
    if (!this.occupied.some((known) => known.path === path)) this.occupied.push({ path, by });
    return this.isDirectory(path);
  }

  private isDirectory(path: string): boolean {
    const by = this.occupied.find((known) => known.path === path)?.by;
    return by !== undefined && (by.state === 'unknown' || valueOf(by) === 'directory');
  }
}
