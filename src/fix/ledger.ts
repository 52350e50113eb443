import { mkdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomically } from '../host/linux/atomic-file.js';
import { errnoOf } from '../host/linux/errno.js';
import type { Host } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import type { GuardState } from '../rules/rule.js';
import type { Action } from './actions.js';
import type { ChangeLock } from './lock.js';

/**
 * `begun` is written before the first action and ended only by `applied` or `undone`: a run that finds it under
 * the lock knows that a correction was cut off, and undoes it.
 */
export type CorrectionStatus = 'begun' | 'applied' | 'undone' | 'reverted';

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

export type LedgerRead = Ledger | { readonly error: string };

export const LEDGER_DIRECTORY = '/var/lib/crio-guard';

const emptyLedger: Ledger = { version: 1, entries: [] };

/** How many finished entries are kept: enough to see what was done, too few to grow for ever. */
const KEPT = 50;

export class LedgerFile {
  readonly path: string;

  constructor(private readonly directory: string = LEDGER_DIRECTORY) {
    this.path = `${directory}/ledger.json`;
  }

  /** @returns the ledger, or why it cannot be relied on: then nothing is corrected and nothing undone */
  read(): LedgerRead {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return emptyLedger;
      return { error: `${this.path}: ${messageOf(error)}` };
    }
    try {
      const value: unknown = JSON.parse(text);
      return isLedger(value) ? value : { error: `${this.path}: not a ledger of version 1` };
    } catch (error) {
      return { error: `${this.path}: ${messageOf(error)}` };
    }
  }

  /**
   * Adds an entry, or changes the one with the same id. The ledger is read anew: what another run wrote since
   * is kept.
   *
   * @returns why it could not be made durable
   */
  record(entry: LedgerEntry, lock: ChangeLock): string | undefined {
    if (!lock.isHeld) return 'the ledger may only be changed under the lock';
    const ledger = this.read();
    if ('error' in ledger) return ledger.error;
    try {
      this.write(withEntry(ledger, entry));
      return undefined;
    } catch (error) {
      return `could not write the ledger: ${messageOf(error)}`;
    }
  }

  private write(ledger: Ledger): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const active = ledger.entries.filter(({ status }) => status === 'begun' || status === 'applied');
    const finished = ledger.entries.filter((entry) => !active.includes(entry)).slice(-KEPT);
    const entries = ledger.entries.filter((entry) => active.includes(entry) || finished.includes(entry));
    writeFileAtomically(this.path, `${JSON.stringify({ version: 1, entries }, null, 2)}\n`, 0o600);
  }
}

/**
 * The same actions once more take the place of those before: they could be carried out again, so nothing
 * of them stands. What is gone after every reboot would otherwise pile up.
 */
export function withEntry(ledger: Ledger, entry: LedgerEntry): Ledger {
  const isReplaced = ({ id, status, actions: earlier }: LedgerEntry): boolean =>
    id === entry.id ||
    (entry.status === 'applied' && status === 'applied' && isDeepStrictEqual(earlier, entry.actions));
  return { version: 1, entries: [...ledger.entries.filter((other) => !isReplaced(other)), entry] };
}

/** What an earlier run has begun and not finished, for a run that has not undone it. */
export function pendingIn(ledger: LedgerRead): GuardState['interrupted'] {
  const begun = 'error' in ledger ? undefined : ledger.entries.find(({ status }) => status === 'begun');
  return begun === undefined ? undefined : { code: begun.code, left: [], pending: true };
}

export async function bootOf(host: Host): Promise<string | undefined> {
  const id = valueOf(await host.readFile('/proc/sys/kernel/random/boot_id'));
  return id === undefined ? undefined : new TextDecoder().decode(id).trim();
}

/** Mounts, keys, modules and files of /run end with the boot they were made in: nothing is left to undo. */
export function isGoneWithReboot(entry: LedgerEntry, boot: string | undefined): boolean {
  if (entry.boot === undefined || boot === undefined || entry.boot === boot) return false;
  return entry.actions.every((action) => {
    switch (action.kind) {
      case 'mount-dataset':
      case 'load-key':
      case 'load-module':
        return true;
      case 'write-file':
        return action.path.startsWith('/run/');
      case 'make-directory':
      case 'rename-directory':
        return false;
    }
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const KINDS: ReadonlySet<unknown> = new Set<Action['kind']>([
  'make-directory',
  'write-file',
  'mount-dataset',
  'rename-directory',
  'load-key',
  'load-module',
]);

function isLedger(value: unknown): value is Ledger {
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['entries'])) return false;
  return value['entries'].every(
    (entry) =>
      isRecord(entry) &&
      typeof entry['id'] === 'string' &&
      typeof entry['code'] === 'string' &&
      typeof entry['time'] === 'string' &&
      ['begun', 'applied', 'undone', 'reverted'].some((status) => status === entry['status']) &&
      Array.isArray(entry['actions']) &&
      entry['actions'].every((action) => isRecord(action) && KINDS.has(action['kind'])),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
