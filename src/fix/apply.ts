import type { Host } from '../host/host.js';
import { describeAction, type Action, type ApprovedPlan } from './actions.js';
import { bootOf, LedgerFile, messageOf, withEntry, type Ledger, type LedgerEntry } from './ledger.js';
import { perform, undo } from './perform.js';

export type Applied =
  | { readonly kind: 'applied' }
  /** Put back as it was. */
  | { readonly kind: 'undone'; readonly why: string }
  /** Could not be put back in full. */
  | { readonly kind: 'failed'; readonly why: string; readonly left: readonly string[] };

export interface ApplyRequest {
  readonly host: Host;
  readonly plan: ApprovedPlan;
  readonly ledger: LedgerFile;
  readonly id: string;
  readonly time: Date;
  /** Looks at the machine once everything is done; the reason when it did not come out right. */
  readonly verify: () => Promise<string | undefined>;
}

/**
 * Carries out an approved plan: the ledger first, then action by action, then the proof on the machine
 * itself. Whatever does not come out right is taken back in reverse order.
 */
export async function apply(request: ApplyRequest): Promise<Applied> {
  const { host, plan, ledger } = request;
  const before = ledger.read();
  if ('error' in before) return { kind: 'undone', why: before.error };
  const boot = await bootOf(host);
  const entry: LedgerEntry = {
    id: request.id,
    code: plan.code,
    time: request.time.toISOString(),
    status: 'begun',
    actions: plan.actions,
    ...(boot === undefined ? {} : { boot }),
  };
  const written = tryWrite(ledger, withEntry(before, entry));
  if (written !== undefined) return { kind: 'undone', why: written };
  let why: string | undefined;
  const touched: Action[] = [];
  for (const action of plan.actions) {
    const outcome = await perform(host, action);
    if (outcome.kind === 'done' || mayBeHalfDone(action)) touched.push(action);
    if (outcome.kind === 'failed') {
      why = `could not ${describeAction(action)}: ${outcome.why}`;
      break;
    }
  }
  why ??= await request.verify();
  if (why === undefined) {
    why = tryWrite(ledger, withEntry(before, { ...entry, status: 'applied' }));
    if (why === undefined) return { kind: 'applied' };
  }
  return takeBack(request, { ...entry, actions: touched }, before, why);
}

/** A program may have done its work and yet been cut off; a system call was carried out or it was not. */
function mayBeHalfDone(action: Action): boolean {
  switch (action.kind) {
    case 'mount-dataset':
    case 'load-key':
    case 'load-module':
      return true;
    case 'write-file':
      return action.reloadsSystemd === true;
    case 'make-directory':
    case 'rename-directory':
      return false;
  }
}

async function takeBack(
  { host, ledger }: ApplyRequest,
  entry: LedgerEntry,
  before: Ledger,
  why: string,
): Promise<Applied> {
  const left = await undoAll(host, entry);
  if (left.length > 0) return { kind: 'failed', why, left };
  const written = tryWrite(ledger, withEntry(before, { ...entry, status: 'undone' }));
  return written === undefined ? { kind: 'undone', why } : { kind: 'failed', why, left: [written] };
}

/** Takes the actions of an entry back, the last one first. @returns what could not be taken back */
export async function undoAll(host: Host, entry: LedgerEntry): Promise<readonly string[]> {
  const left: string[] = [];
  for (const action of [...entry.actions].reverse()) {
    const outcome = await undo(host, action);
    if (outcome.kind === 'failed') left.push(outcome.why);
  }
  return left;
}

function tryWrite(file: LedgerFile, ledger: Ledger): string | undefined {
  try {
    file.write(ledger);
    return undefined;
  } catch (error) {
    return `the ledger could not be written: ${messageOf(error)}`;
  }
}
