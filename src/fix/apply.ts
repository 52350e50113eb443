import { isoTime } from '../text/iso-time.js';
import type { Host } from '../host/host.js';
import { describeAction, type Action, type ApprovedPlan } from './actions.js';
import { bootOf, type LedgerEntry, type LedgerFile } from './ledger.js';
import type { ChangeLock } from './lock.js';
import { perform } from './perform.js';
import { undoAll } from './undo.js';

export type Applied =
  | { readonly kind: 'applied' }
  /** Restored as it was. */
  | { readonly kind: 'undone'; readonly why: string }
  /** Could not be restored in full. */
  | { readonly kind: 'failed'; readonly why: string; readonly left: readonly string[] };

export interface ApplyRequest {
  readonly host: Host;
  readonly plan: ApprovedPlan;
  readonly ledger: LedgerFile;
  readonly lock: ChangeLock;
  readonly id: string;
  readonly time: Date;
  /** Looks at the machine once everything is done; the reason when it did not come out right. */
  readonly verify: () => Promise<string | undefined>;
}

/**
 * Carries out an approved plan: the ledger first, then action by action, then the proof on the machine
 * itself. When anything fails, every action that may have had an effect is undone in reverse order.
 */
export async function apply(request: ApplyRequest): Promise<Applied> {
  const { host, plan, ledger, lock } = request;
  const boot = await bootOf(host);
  const entry: LedgerEntry = {
    id: request.id,
    code: plan.code,
    time: isoTime(request.time),
    status: 'begun',
    actions: plan.actions,
    ...(boot === undefined ? {} : { boot }),
  };
  const notBegun = ledger.record(entry, lock);
  if (notBegun !== undefined) return { kind: 'undone', why: notBegun };
  let why: string | undefined;
  const touched: Action[] = [];
  for (const action of plan.actions) {
    const outcome = await perform(host, action);
    if (outcome.kind === 'done' || outcome.touched) touched.push(action);
    if (outcome.kind === 'failed') {
      why = `could not ${describeAction(action)}: ${outcome.why}`;
      break;
    }
  }
  why ??= await request.verify();
  why ??= ledger.record({ ...entry, status: 'applied' }, lock);
  return why === undefined ? { kind: 'applied' } : takeBack(request, { ...entry, actions: touched }, why);
}

/** An entry that could not be undone stays begun, with what is left to undo: the next run tries again. */
async function takeBack(
  { host, ledger, lock }: ApplyRequest,
  entry: LedgerEntry,
  why: string,
): Promise<Applied> {
  const { left, failed } = await undoAll(host, entry.actions);
  const status = failed.length > 0 ? 'begun' : 'undone';
  const notRecorded = ledger.record({ ...entry, status }, lock) ?? [];
  const remains = [...left, ...failed, ...[notRecorded].flat()];
  return remains.length === 0 ? { kind: 'undone', why } : { kind: 'failed', why, left: remains };
}
