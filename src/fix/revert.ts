import type { Host } from '../host/host.js';
import { undoAll, type Undone } from './undo.js';
import {
  bootOf,
  isGoneWithReboot,
  type CorrectionStatus,
  type LedgerEntry,
  type LedgerFile,
} from './ledger.js';
import type { ChangeLock } from './lock.js';

/** One correction, and what of it still stands; the rest was undone. */
export interface Reverted extends Undone {
  readonly entry: LedgerEntry;
}

export type RevertResult =
  | { readonly kind: 'reverted'; readonly entries: readonly Reverted[] }
  | { readonly kind: 'failed'; readonly why: string };

export interface RevertRequest {
  readonly host: Host;
  readonly ledger: LedgerFile;
  readonly lock: ChangeLock;
}

/** Undoes every correction that stands, the latest first. */
export function revertApplied(request: RevertRequest): Promise<RevertResult> {
  return takeBack(request, ({ status }) => status === 'applied', 'reverted');
}

/** Undoes a correction that was cut off: the first step of every run that changes something. */
export function undoInterrupted(request: RevertRequest): Promise<RevertResult> {
  return takeBack(request, ({ status }) => status === 'begun', 'undone');
}

/** Undoes one correction that is no longer needed; when it is needed again, it may be made again. */
export function withdraw(request: RevertRequest, { id }: LedgerEntry): Promise<RevertResult> {
  return takeBack(request, (entry) => entry.id === id, 'undone');
}

async function takeBack(
  { host, ledger, lock }: RevertRequest,
  isMeant: (entry: LedgerEntry) => boolean,
  to: CorrectionStatus,
): Promise<RevertResult> {
  const read = ledger.read();
  if ('error' in read) return { kind: 'failed', why: read.error };
  const entries: Reverted[] = [];
  const meant = read.entries.filter(isMeant).reverse();
  const boot = meant.length === 0 ? undefined : await bootOf(host);
  for (const entry of meant) {
    const undone = isGoneWithReboot(entry, boot)
      ? { left: [], failed: [] }
      : await undoAll(host, entry.actions);
    entries.push({ entry, ...undone });
    // What failed is tried again by the next run that changes something.
    if (undone.failed.length > 0) continue;
    const why = ledger.record({ ...entry, status: to }, lock);
    if (why !== undefined) return { kind: 'failed', why };
  }
  return { kind: 'reverted', entries };
}
