import { hasStrings, isRecord, type JsonRecord } from '../text/json-record.js';
import type { ProbeFailure } from '../host/probe.js';
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
export const isUnfinished = ({ status }: Pick<LedgerEntry, 'status'>): boolean =>
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

/** An entry of another version of crio-guard, with an action or a status that this one does not know. */
export interface UnreadableEntry {
  readonly id: string;
  readonly code: string;
  readonly time: string;
  readonly status: string;
  readonly why: string;
  /** As it stands in the file, where it stays. */
  readonly raw: JsonRecord;
}

/** What was done, for undo and after a crash. */
export interface Ledger {
  readonly version: 1;
  readonly entries: readonly LedgerEntry[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** The ledger, or why it cannot be relied on; `unread` where this user may not read it. */
export type LedgerRead = Ledger | { readonly error: string; readonly unread?: ProbeFailure };

export const LEDGER_VERSION = 1;

/** The strings that each action has. */
const STRINGS: Readonly<Record<Action['kind'], readonly string[]>> = {
  'make-directory': ['path'],
  'write-file': ['path', 'content'],
  'mount-dataset': ['dataset', 'mountpoint'],
  'rename-directory': ['from', 'to'],
  'load-key': ['dataset', 'keyFile'],
  'load-module': ['module'],
};

const isKnownKind = (kind: unknown): kind is Action['kind'] => typeof kind === 'string' && kind in STRINGS;

/** @returns what the content of a ledger file says, or what is wrong with it, as the end of a sentence */
export function parseLedger(value: unknown): LedgerRead {
  const version = isRecord(value) ? value['version'] : undefined;
  if (typeof version === 'number' && version > LEDGER_VERSION) {
    return { error: `has version ${version}, and this crio-guard reads version ${LEDGER_VERSION}` };
  }
  const error = `is not a ledger of version ${LEDGER_VERSION}`;
  const list = isRecord(value) && version === LEDGER_VERSION ? value['entries'] : undefined;
  if (!Array.isArray(list)) return { error };
  const entries: LedgerEntry[] = [];
  const unreadable: UnreadableEntry[] = [];
  for (const raw of list as readonly unknown[]) {
    if (!isRecord(raw) || !hasStrings(raw, 'id', 'code', 'time', 'status')) return { error };
    const why = whyUnreadable(raw);
    const [id, code, time, status] = ['id', 'code', 'time', 'status'].map((key) => String(raw[key]));
    if (why !== undefined)
      unreadable.push({ id: id ?? '', code: code ?? '', time: time ?? '', status: status ?? '', why, raw });
    // Every field was looked at above.
    else entries.push(raw as unknown as LedgerEntry);
  }
  return { version: LEDGER_VERSION, entries, unreadable };
}

function whyUnreadable(entry: JsonRecord): string | undefined {
  if (!STATUSES.has(entry['status'])) return `its status is "${String(entry['status'])}"`;
  const { actions } = entry;
  if (!Array.isArray(actions)) return 'it has no list of actions';
  for (const action of actions as readonly unknown[]) {
    if (!isRecord(action) || !isKnownKind(action['kind'])) {
      return `it contains the action "${isRecord(action) ? String(action['kind']) : String(action)}"`;
    }
    if (!isWhole(action, action['kind'])) return `its action "${action['kind']}" is not complete`;
  }
  return undefined;
}

function isWhole(action: JsonRecord, kind: Action['kind']): boolean {
  if (!hasStrings(action, ...STRINGS[kind])) return false;
  const { mode, previous } = action;
  if (kind === 'make-directory') return typeof mode === 'number';
  if (kind !== 'write-file') return true;
  return typeof mode === 'number' && (previous === null || typeof previous === 'string');
}

export const unreadableSentence = ({ id, code, time, why }: UnreadableEntry): string =>
  `the correction ${id} of ${code} of ${time} was made by another version of crio-guard, and can only be undone ` +
  `by that one: ${why}`;
