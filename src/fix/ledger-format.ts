import { isRecord } from '../text/json-record.js';
import type { Action } from './actions.js';

/**
 * `begun` is written before the first action and ended only by `applied` or `undone`: a run that finds it under
 * the lock knows that a correction was cut off, and undoes it. `reverting` is written before a revert undoes
 * anything: a run that finds it finishes the revert.
 */
export type CorrectionStatus = 'begun' | 'applied' | 'reverting' | 'undone' | 'reverted';

const STATUSES: ReadonlySet<unknown> = new Set<CorrectionStatus>([
  'begun',
  'applied',
  'reverting',
  'undone',
  'reverted',
]);

/** Cut off, and still to be undone. */
export const isUnfinished = ({ status }: LedgerEntry): boolean =>
  status === 'begun' || status === 'reverting';

export interface LedgerEntry {
  readonly id: string;
  readonly code: `CG${string}`;
  /** ISO 8601 */
  readonly time: string;
  readonly status: CorrectionStatus;
  readonly actions: readonly Action[];
  /** The boot it was begun in, as the kernel numbers them. */
  readonly boot?: string;
}

/** What was done, for undo and after a crash. */
export interface Ledger {
  readonly version: 1;
  readonly entries: readonly LedgerEntry[];
}

/** The ledger, or why it cannot be relied on. */
export type LedgerRead = Ledger | { readonly error: string };

const KINDS: ReadonlySet<unknown> = new Set<Action['kind']>([
  'make-directory',
  'write-file',
  'mount-dataset',
  'rename-directory',
  'load-key',
  'load-module',
]);

export function isLedger(value: unknown): value is Ledger {
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['entries'])) return false;
  return value['entries'].every(
    (entry) =>
      isRecord(entry) &&
      typeof entry['id'] === 'string' &&
      typeof entry['code'] === 'string' &&
      typeof entry['time'] === 'string' &&
      STATUSES.has(entry['status']) &&
      Array.isArray(entry['actions']) &&
      entry['actions'].every((action) => isRecord(action) && KINDS.has(action['kind'])),
  );
}
