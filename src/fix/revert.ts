import type { Host } from '../host/host.js';
import { perform } from './perform.js';
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

/** Undoes corrections that stand, the latest first. @param ids of those that are meant; absent for all */
export function revertApplied(request: RevertRequest, ids?: ReadonlySet<string>): Promise<RevertResult> {
  const isMeant = ({ id, status }: LedgerEntry): boolean =>
    (status === 'applied' || status === 'reverting') && (ids === undefined || ids.has(id));
  return takeBack(request, isMeant, { while: 'reverting', then: 'reverted' });
}

/** Undoes a correction, and finishes a revert, that was cut off: the first step of every run that changes something. */
export async function undoInterrupted(request: RevertRequest): Promise<RevertResult> {
  const undone = await takeBack(request, ({ status }) => status === 'begun', WITHDRAWN);
  if (undone.kind === 'failed') return undone;
  const isReverting = ({ status }: LedgerEntry): boolean => status === 'reverting';
  const reverted = await takeBack(request, isReverting, { while: 'reverting', then: 'reverted' });
  if (reverted.kind === 'failed') return reverted;
  return { kind: 'reverted', entries: [...undone.entries, ...reverted.entries] };
}

/** Undoes one correction that is no longer needed; when it is needed again, it may be made again. */
export function withdraw(request: RevertRequest, { id }: LedgerEntry): Promise<RevertResult> {
  return takeBack(request, (entry) => entry.id === id, WITHDRAWN);
}

interface Statuses {
  /** Written before anything is undone, so that the next run finishes what is cut off. */
  readonly while: CorrectionStatus;
  readonly then: CorrectionStatus;
}

const WITHDRAWN: Statuses = { while: 'begun', then: 'undone' };

async function takeBack(
  { host, ledger, lock }: RevertRequest,
  isMeant: (entry: LedgerEntry) => boolean,
  statuses: Statuses,
): Promise<RevertResult> {
  const read = ledger.read();
  if ('error' in read) return { kind: 'failed', why: read.error };
  const entries: Reverted[] = [];
  const meant = read.entries.filter(isMeant).reverse();
  const boot = meant.length === 0 ? undefined : await bootOf(host);
  for (const entry of meant) {
    const isGone = isGoneWithReboot(entry, boot);
    if (!isGone && entry.status !== statuses.while) {
      const notBegun = ledger.record({ ...entry, status: statuses.while }, lock);
      if (notBegun !== undefined) return { kind: 'failed', why: notBegun };
    }
    const undone = isGone ? { left: [], failed: [] } : await undoAll(host, entry.actions);
    entries.push({ entry, ...undone });
    // What failed is tried again by the next run that changes something.
    if (undone.failed.length > 0) continue;
    const why = ledger.record({ ...entry, status: statuses.then }, lock);
    if (why !== undefined) return { kind: 'failed', why };
  }
  return { kind: 'reverted', entries };
}

/** A correction that was undone is made once more, because the host did not come out as proved. */
export async function makeAgain(
  { host, ledger, lock }: RevertRequest,
  entry: LedgerEntry,
  why: string,
): Promise<string> {
  const notBegun = ledger.record({ ...entry, status: 'begun' }, lock);
  if (notBegun !== undefined) return `${why}; it was not made again: ${notBegun}`;
  for (const action of entry.actions) {
    // A directory that was in use has stayed.
    if (action.kind === 'make-directory' && (await host.lstat(action.path)).state === 'known') continue;
    const outcome = await perform(host, action);
    if (outcome.kind === 'failed') {
      const { left, failed } = await undoAll(host, entry.actions);
      if (failed.length === 0) ledger.record({ ...entry, status: 'undone' }, lock);
      return `${why}; it could not be made again: ${[outcome.why, ...left, ...failed].join('; ')}`;
    }
  }
  const notRecorded = ledger.record({ ...entry, status: 'applied' }, lock);
  return `${why}; it was made again${notRecorded === undefined ? '' : `, and ${notRecorded}`}`;
}
