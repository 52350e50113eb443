import { CONTENT_LIMIT, type Host } from '../../host/host.js';
import { absent, chainProbe } from '../../host/probe.js';
import { DRIVER_NAMES, type StoreFacts, type StorePlace } from './store.js';
import { parseLayers, type StoreFile } from './store-list.js';

/** What another driver left in graphroot. */
export interface OtherStore {
  readonly driver: string;
  readonly images: StoreFile;
  readonly layers: StoreFile;
}

/** Reads nothing where only one driver ever used graphroot: each file on a pool costs a child process. */
export async function readOtherStores(
  host: Host,
  place: StorePlace,
  store: StoreFacts,
): Promise<readonly OtherStore[]> {
  const { entries } = store;
  if (entries.state !== 'known') return [];
  const names = new Set(entries.value.map(({ name }) => name));
  const found: OtherStore[] = [];
  for (const driver of DRIVER_NAMES) {
    if (driver === place.driver) continue;
    const hasImages = names.has(`${driver}-images`);
    const hasLayers = names.has(`${driver}-layers`);
    if (!hasImages && !hasLayers) continue;
    found.push({
      driver,
      images: await readStoreFile(host, `${place.graphroot}/${driver}-images/images.json`, hasImages),
      layers: await readStoreFile(host, `${place.graphroot}/${driver}-layers/layers.json`, hasLayers),
    });
  }
  return found;
}

export async function readStoreFile(host: Host, path: string, exists: boolean): Promise<StoreFile> {
  const bytes = exists ? await host.readFile(path, CONTENT_LIMIT) : absent();
  const content = chainProbe(bytes, (found) => parseLayers(found, path));
  return { path, content };
}
