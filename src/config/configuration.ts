import type { ConfigurationNote } from './notes.js';
import type { Sourced } from './origin.js';
import type { Refusal } from './refusal.js';

export type { ConfigurationNote } from './notes.js';

/**
 * What CRI-O hands to containers/storage after storage.conf, crio.conf, crio.conf.d, flags and
 * environment were merged (pkg/config RootConfig). Values are as `crio config` prints them: not yet made
 * absolute or cleaned by the store.
 */
export interface EffectiveStorage {
  readonly root: Sourced<string>;
  readonly runroot: Sourced<string>;
  readonly imagestore: Sourced<string>;
  /** Empty when CRI-O leaves the choice to containers/storage. */
  readonly driver: Sourced<string>;
  readonly options: readonly Sourced<string>[];
}

export type Configuration =
  | {
      readonly kind: 'resolved';
      readonly storage: EffectiveStorage;
      /** By which CRI-O knows that it ended in order; empty when it is not to. Absent where CRI-O was asked. */
      readonly cleanShutdownFile?: string;
      /** Where CRI-O reads its drop-ins. Absent where CRI-O was asked: it does not print it. */
      readonly dropInDirectory?: Sourced<string>;
      /** What storage.conf alone says: the store takes it where a flag or variable emptied a root. */
      readonly defaults?: EffectiveStorage;
      readonly notes: readonly ConfigurationNote[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly notes: readonly ConfigurationNote[] }
  | { readonly kind: 'unknown'; readonly why: string; readonly notes: readonly ConfigurationNote[] };

/** A step of the merge: its value, or how the whole reading ends there. */
export type Step<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown'; readonly why: string };

export const done = <T>(value: T): Step<T> => ({ kind: 'done', value });
export const refusedStep = (refusal: Refusal): Step<never> => ({ kind: 'refused', refusal });
export const unknownStep = (why: string): Step<never> => ({ kind: 'unknown', why });
