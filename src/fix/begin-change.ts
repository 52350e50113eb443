import type { Host } from '../host/host.js';
import type { CheckRequest } from '../check/check-host.js';
import type { GuardState } from '../rules/rule.js';
import { pendingIn } from './guard-state.js';
import type { LedgerFile } from './ledger.js';
import { durableLedger } from './open-ledger.js';
import type { ChangeLock, LockFile } from './lock.js';
import { undoInterrupted } from './revert.js';

/** The guard's own files that a run which changes something needs. */
export interface OwnState {
  readonly ledger: LedgerFile;
  readonly lock: LockFile;
}

export type BegunChange =
  | {
      readonly kind: 'ready';
      readonly lock: ChangeLock;
      /** Where this change is recorded. */
      readonly ledger: LedgerFile;
      /** What an earlier run had begun and this one has undone. */
      readonly interrupted: GuardState['interrupted'];
    }
  | { readonly kind: 'refused'; readonly why: string };

const ROOT_NEEDED =
  'only root can change this host; "crio-guard --check", "--fix --dry-run", "--config" and "--revert --list" need no root';

/**
 * The first step of every run that changes something: takes the lock, reads the ledger under it, and undoes
 * what an earlier run had begun and not finished.
 *
 * @param wait milliseconds to wait for another run
 */
export async function beginChange(host: Host, own: OwnState, wait: number): Promise<BegunChange> {
  if (host.userId() !== 0) return { kind: 'refused', why: ROOT_NEEDED };
  const taken = await own.lock.take(host, wait);
  if (taken.kind === 'failed') return { kind: 'refused', why: taken.why };
  const { lock } = taken;
  const ledger = await durableLedger(host, own.ledger);
  ledger.tidy();
  if (pendingIn(ledger.read()) === undefined) return { kind: 'ready', lock, ledger, interrupted: undefined };
  const result = await undoInterrupted({ host, ledger, lock });
  if (result.kind === 'failed') {
    lock.release();
    return { kind: 'refused', why: result.why };
  }
  const code = result.entries[0]?.entry.code ?? '';
  const left = result.entries.flatMap((reverted) => [...reverted.left, ...reverted.failed]);
  return { kind: 'ready', lock, ledger, interrupted: { code, left, pending: false } };
}

/** The lock to correct under: nothing is corrected on top of what could not be undone. */
export function lockFor(change: BegunChange | undefined): ChangeLock | undefined {
  if (change?.kind !== 'ready') return undefined;
  return change.interrupted === undefined || change.interrupted.left.length === 0 ? change.lock : undefined;
}

/** The same check, with what was undone before it. */
export function withInterrupted(
  check: CheckRequest,
  { interrupted }: Extract<BegunChange, { kind: 'ready' }>,
): CheckRequest {
  return { ...check, guard: { ...check.guard, interrupted } };
}
