import type { Host } from '../../host/host.js';
import { absent, mapProbe, type Probe } from '../../host/probe.js';
import { findLeakedMounts, type LeakedMount } from './leaked-mounts.js';
import { findTool } from '../../host/look-path.js';
import type { Mount } from '../../host/mountinfo.js';
import { readStoreFile } from '../store/other-stores.js';
import type { StoreFacts, StorePlace } from '../store/store.js';
import type { StoreFile } from '../store/store-list.js';

/** Looks that cost more than a start may take; only with `--check --deep`. */
export interface DeepFacts {
  readonly leakedMounts: Probe<readonly LeakedMount[]>;
  /** Layers of containers, which containers/storage keeps apart from layers.json. */
  readonly volatileLayers: StoreFile;
  /** SELinux context of graphroot; absent where there is none. */
  readonly graphrootLabel: Probe<string>;
}

interface DeepRequest {
  readonly store: StoreFacts;
  readonly mounts: Probe<readonly Mount[]>;
  readonly selinux: Probe<boolean>;
  readonly onStep: ((step: string) => void) | undefined;
}

export async function collectDeep(
  host: Host,
  place: StorePlace,
  { store, mounts, selinux, onStep }: DeepRequest,
): Promise<DeepFacts> {
  const { graphroot, driver } = place;
  const layers = `${driver}-layers`;
  const hasLayers =
    store.entries.state !== 'known' || store.entries.value.some(({ name }) => name === layers);
  return {
    leakedMounts: await findLeakedMounts(host, graphroot, mounts, onStep),
    volatileLayers: await readStoreFile(host, `${graphroot}/${layers}/volatile-layers.json`, hasLayers),
    graphrootLabel: selinux.state === 'known' ? await readLabel(host, graphroot) : absent(),
  };
}

/** Node cannot read extended attributes. */
async function readLabel(host: Host, path: string): Promise<Probe<string>> {
  const stat = await findTool(host, 'stat');
  if (stat.state !== 'known') return stat;
  const answer = await host.run(stat.value, ['-L', '--printf=%C', '--', path]);
  if (answer.state === 'known' && (answer.value.exitCode !== 0 || answer.value.stdout === '?'))
    return absent();
  return mapProbe(answer, ({ stdout }) => stdout);
}
