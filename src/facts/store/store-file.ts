import type { Probe } from '../../host/probe.js';

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
  | {
      /** Not what containers/storage takes for a list. */
      readonly kind: 'broken';
      /** The beginning of the file. */
      readonly start: string;
      readonly length: number;
      /** Its words, where the file is read before CRI-O is up. */
      readonly refusal?: { readonly words: string; readonly exactWords: boolean };
    };
