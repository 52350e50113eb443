import type { Facts } from '../facts/facts.js';
import type { StorageQuirks } from './storage-quirks.js';

/** What containers/storage is called with (types.StoreOptions), roots absolute and clean. */
export interface StoreRequest {
  readonly graphroot: string;
  readonly runroot: string;
  /** Empty when it is not set. */
  readonly imagestore: string;
  /** Empty when containers/storage is to choose. */
  readonly driver: string;
  readonly options: readonly string[];
}

/** Everything a step of the driver looks at. */
export interface PredictionInput {
  readonly request: StoreRequest;
  readonly facts: Facts;
  readonly model: StorageQuirks;
}
