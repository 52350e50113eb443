import type { CheckRequest } from '../check/check-host.js';
import { beginChange, withInterrupted, type BegunChange, type OwnState } from '../fix/begin-change.js';
import type { LedgerEntry, LedgerFile } from '../fix/ledger.js';
import { unreadableSentence } from '../fix/ledger-format.js';
import { planRevert, type RevertPlan } from '../fix/plan-revert.js';
import { revertProved } from '../fix/revert-proved.js';
import { revertUnneeded } from '../fix/revert-unneeded.js';
import { describeFailure } from '../host/probe.js';
import { revertJson, type RevertOutput } from '../report/json/revert-json.js';
import { escapeControls } from '../text/escape.js';
import { jsonText } from '../text/json-text.js';
import type { RevertHow } from './argv.js';
import { confirmText } from './confirm.js';
import { EXIT } from './exit-code.js';
import { revertText } from './revert-text.js';
import { lockWait, type Session } from './session.js';

export interface RevertOptions {
  readonly json: boolean;
  readonly how: RevertHow;
  /** How to prove what CRI-O does afterwards. */
  readonly check: CheckRequest;
  /** Asks before something is changed; absent where nobody is asked. */
  readonly ask?: (question: string) => Promise<string>;
}

/** `--revert`: lists, plans, or undoes the corrections that stand, the latest first. */
export async function runRevert(session: Session, own: OwnState, options: RevertOptions): Promise<number> {
  const result = await revert(session, own, options);
  if (options.json) session.print(jsonText(revertJson(result)));
  if (result.kind === 'failed') {
    session.warn(`crio-guard: ${escapeControls(result.why)}\n`);
    return EXIT.error;
  }
  if (!options.json) session.print(revertText(result));
  if (result.unread !== undefined) {
    session.warn(`crio-guard: corrections may stand that are not listed: ${escapeControls(result.unread)}\n`);
    return EXIT.unknown;
  }
  return result.unreadable === undefined ? exitCodeOf(result) : EXIT.error;
}

function exitCodeOf(result: Exclude<RevertOutput, { kind: 'failed' }>): number {
  switch (result.kind) {
    case 'listed':
    case 'planned':
      return EXIT.ok;
    case 'refused':
    case 'not-confirmed':
    case 'made-again':
      return EXIT.error;
    case 'reverted':
      // What was left on purpose is named, and nothing that matters stands.
      return result.entries.every(({ failed }) => failed.length === 0) ? EXIT.ok : EXIT.error;
  }
}

async function revert(session: Session, own: OwnState, options: RevertOptions): Promise<RevertOutput> {
  const { how, check } = options;
  const { host } = session;
  const beside = notes(own.ledger, how);
  if (how.kind === 'list' || (how.kind === 'revert' && how.dryRun)) {
    const meant = meantOf(own, how.kind === 'list' ? undefined : how.id);
    if ('why' in meant) return { kind: 'failed', why: meant.why };
    return how.kind === 'list'
      ? { kind: 'listed', corrections: [...meant.entries].reverse(), ...beside }
      : { kind: 'planned', plan: await planRevert(host, check, meant.entries), ...beside };
  }
  const change = await beginChange(host, own, lockWait(session));
  if (change.kind === 'refused') return { kind: 'failed', why: change.why };
  const result = await under(change, session, { ...options, how, check: withInterrupted(check, change) });
  change.lock.release();
  const { interrupted, ledger } = change;
  return {
    ...result,
    ...(interrupted === undefined ? {} : { interrupted }),
    ...notes(ledger, how),
  };
}

/** What stands beside the corrections that can be undone. */
function notes(ledger: LedgerFile, how: RevertHow): Pick<RevertOutput, 'unread' | 'unreadable'> {
  const read = ledger.read();
  const unreadable = 'error' in read ? [] : read.unreadable;
  const others = unreadable.filter(({ status }) => status !== 'undone' && status !== 'reverted');
  const isOne = how.kind === 'revert' && how.id !== undefined;
  return {
    ...(isOne || others.length === 0 ? {} : { unreadable: others.map(unreadableSentence) }),
    ...(ledger.unavailable === undefined ? {} : { unread: describeFailure(ledger.unavailable) }),
  };
}

async function under(
  { lock, ledger }: Extract<BegunChange, { kind: 'ready' }>,
  session: Session,
  { how, check, json, ask }: RevertOptions & { readonly how: Exclude<RevertHow, { kind: 'list' }> },
): Promise<RevertOutput> {
  const request = { host: session.host, ledger, lock, check };
  if (how.kind === 'unneeded') return revertUnneeded(request);
  const meant = meantOf({ ledger }, how.id);
  if ('why' in meant) return { kind: 'failed', why: meant.why };
  const confirm = async (plan: RevertPlan): Promise<boolean> =>
    ask === undefined || confirmText(session, ask, { text: revertText({ kind: 'planned', plan }), json });
  return revertProved({ ...request, confirm }, meant.entries, how.force);
}

/** The corrections that stand and are meant, in the order they were made. */
function meantOf(
  { ledger }: Pick<OwnState, 'ledger'>,
  id: string | undefined,
): { readonly entries: readonly LedgerEntry[] } | { readonly why: string } {
  const read = ledger.read();
  if ('error' in read) return { why: read.error };
  const standing = read.entries.filter(({ status }) => status === 'applied');
  if (id === undefined) return { entries: standing };
  if (id === 'newest') return { entries: standing.slice(-1) };
  const entries = standing.filter((entry) => entry.id === id);
  if (entries.length > 0) return { entries };
  return { why: `no correction that stands has the ID ${id}; "crio-guard --revert --list" shows them` };
}
