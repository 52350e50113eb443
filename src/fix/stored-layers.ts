import type { StoreFacts } from '../facts/store/store.js';
import type { StoreFile } from '../facts/store/store-list.js';
import { valueOf } from '../host/probe.js';

/** What a store holds already, as far as a correction must not make it invisible. */
export type StoredLayers =
  | { readonly kind: 'none' }
  | { readonly kind: 'layers'; readonly layers: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string };

export function storedLayers(store: StoreFacts): StoredLayers {
  if (store.entries.state === 'unknown') return { kind: 'unknown', why: store.entries.why.detail };
  let isEmpty = true;
  const files: readonly StoreFile[] = [store.layers, store.images, store.containers];
  for (const { path, content } of files) {
    if (content.state === 'unknown') return { kind: 'unknown', why: content.why.detail };
    if (content.state === 'absent') continue;
    if (content.value.kind === 'broken') return { kind: 'unknown', why: `${path} is not valid` };
    if (content.value.ids.length > 0) isEmpty = false;
  }
  const layers = valueOf(store.layers.content);
  if (isEmpty) return { kind: 'none' };
  return { kind: 'layers', layers: layers?.kind === 'list' ? layers.ids : [] };
}
