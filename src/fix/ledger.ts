import { isDeepStrictEqual } from 'node:util';
import { removeAbandoned, removeTemporaries, writeFileAtomically } from '../host/linux/atomic-file.js';
import { makeOwnDirectory } from '../host/linux/own-directory.js';
import { readOwnFile } from '../host/linux/own-file.js';
import type { Host } from '../host/host.js';
import { describeFailure, valueOf, type ProbeFailure } from '../host/probe.js';
import { messageOf } from '../text/message-of.js';
import type { Action } from './actions.js';
import {
  isUnfinished,
  LEDGER_VERSION,
  parseLedger,
  type Ledger,
  type LedgerEntry,
  type LedgerRead,
  type UnreadableEntry,
} from './ledger-format.js';
import type { ChangeLock } from './lock.js';
import { decodeText } from '../text/utf8.js';

export type { CorrectionStatus, Ledger, LedgerEntry, LedgerRead } from './ledger-format.js';

export const LEDGER_DIRECTORY = '/var/lib/crio-guard';
export const RUN_DIRECTORY = '/run/crio-guard';

const emptyLedger: Ledger = { version: LEDGER_VERSION, entries: [], unreadable: [] };

/** How many finished entries are kept: enough to see what was done, too few to grow for ever. */
const KEPT = 50;

/** Bytes; a ledger of 50 corrections is a few hundred KiB. */
const LIMIT = 16 * 1024 * 1024;

interface Place {
  readonly directory: string;
  readonly endsWithBoot: boolean;
}

/** The ledger, where it is kept across boots and, as long as that is not possible, in /run. */
export class LedgerFile {
  readonly path: string;

  /**
   * @param owner the user who alone may write it
   * @param run directory for what ends with the boot
   * @param unavailable why nothing is kept in the other directory now
   */
  constructor(
    readonly directory: string = LEDGER_DIRECTORY,
    private readonly owner = 0,
    private readonly run?: string,
    readonly unavailable?: ProbeFailure,
  ) {
    this.path = `${unavailable === undefined || run === undefined ? directory : run}/ledger.json`;
  }

  /** The same ledger, with nothing read from or written to the storage that does not answer. */
  without(unavailable: ProbeFailure): LedgerFile {
    return new LedgerFile(this.directory, this.owner, this.run ?? RUN_DIRECTORY, unavailable);
  }

  /** Why these actions cannot be recorded for as long as they last. */
  whyNotKept(actions: readonly Action[]): string | undefined {
    if (this.unavailable === undefined || actions.every(endsWithBoot)) return undefined;
    return `the correction outlasts a reboot, and its ledger would not: ${describeFailure(this.unavailable)}`;
  }

  /** Removes what killed runs have left in the directories of the ledger. */
  tidy(): void {
    for (const { directory } of this.places()) removeAbandoned(directory, this.owner);
  }

  /** @returns the ledger, or why it cannot be relied on: then nothing is corrected and nothing undone */
  read(): LedgerRead {
    const entries: LedgerEntry[] = [];
    const unreadable: UnreadableEntry[] = [];
    for (const place of this.places()) {
      const ledger = this.readFrom(place);
      if ('error' in ledger) return ledger;
      for (const entry of ledger.entries) entries.push(entry);
      for (const entry of ledger.unreadable) unreadable.push(entry);
    }
    return { version: LEDGER_VERSION, entries, unreadable };
  }

  /**
   * Adds an entry, or changes the one with the same id. The ledger is read again: what another run wrote since
   * is kept.
   *
   * @returns why it could not be made durable
   */
  record(entry: LedgerEntry, lock: ChangeLock): string | undefined {
    if (!lock.isHeld) return 'the ledger may only be changed under the lock';
    const ledgers = this.places().map((place) => ({ place, ledger: this.readFrom(place) }));
    const holds = ({ ledger }: { readonly ledger: LedgerRead }): boolean =>
      !('error' in ledger) && ledger.entries.some(({ id }) => id === entry.id);
    const found = ledgers.find(holds) ?? ledgers[0];
    if (found === undefined) return 'there is no place for the ledger';
    const { place, ledger } = found;
    if ('error' in ledger) return ledger.error;
    try {
      this.write(place, withEntry(ledger, entry));
      return undefined;
    } catch (error) {
      return `could not write the ledger: ${messageOf(error)}`;
    }
  }

  /** The first one takes new entries. */
  private places(): readonly Place[] {
    const durable =
      this.unavailable === undefined ? [{ directory: this.directory, endsWithBoot: false }] : [];
    return [...durable, ...(this.run === undefined ? [] : [{ directory: this.run, endsWithBoot: true }])];
  }

  private readFrom({ directory }: Place): LedgerRead {
    const path = `${directory}/ledger.json`;
    const text = readOwnFile(path, LIMIT, this.owner);
    if (text.state === 'absent') return emptyLedger;
    if (text.state === 'unknown') {
      const error = describeFailure(text.why);
      return text.why.kind === 'permission' ? { error, unread: text.why } : { error };
    }
    try {
      const ledger = parseLedger(JSON.parse(text.value));
      return 'error' in ledger ? { error: `${path} ${ledger.error}` } : ledger;
    } catch (error) {
      return { error: `${path}: ${messageOf(error)}` };
    }
  }

  private write({ directory, endsWithBoot }: Place, ledger: Ledger): void {
    // /run/crio-guard also holds the report, which everybody may read.
    makeOwnDirectory(directory, endsWithBoot ? 0o755 : 0o700, this.owner);
    const active = ledger.entries.filter((entry) => isUnfinished(entry) || entry.status === 'applied');
    const finished = ledger.entries.filter((entry) => !active.includes(entry)).slice(-KEPT);
    const kept = ledger.entries.filter((entry) => active.includes(entry) || finished.includes(entry));
    const entries = [...ledger.unreadable.map(({ raw }) => raw), ...kept];
    const text = `${JSON.stringify({ version: LEDGER_VERSION, entries }, null, 2)}\n`;
    const path = `${directory}/ledger.json`;
    removeTemporaries(path, this.owner);
    writeFileAtomically(path, text, 0o600);
  }
}

/** For a host that has none: a recorded one. */
export const NO_LEDGER = new LedgerFile('/nonexistent');

/**
 * The same actions once more take the place of those before: they could be carried out again, so nothing
 * of them stands. What is gone after every reboot would otherwise pile up.
 */
export function withEntry(ledger: Ledger, entry: LedgerEntry): Ledger {
  const isReplaced = ({ id, status, actions: earlier }: LedgerEntry): boolean =>
    id === entry.id ||
    (entry.status === 'applied' && status === 'applied' && isDeepStrictEqual(earlier, entry.actions));
  return { ...ledger, entries: [...ledger.entries.filter((other) => !isReplaced(other)), entry] };
}

/** @returns how many corrections stand on this host; undefined when the ledger cannot be read */
export function standingCorrections(ledger: LedgerFile): number | undefined {
  if (ledger.unavailable !== undefined) return undefined;
  const read = ledger.read();
  return 'error' in read ? undefined : read.entries.filter(({ status }) => status === 'applied').length;
}

export async function bootOf(host: Host): Promise<string | undefined> {
  const id = valueOf(await host.readFile('/proc/sys/kernel/random/boot_id'));
  return id === undefined ? undefined : decodeText(id).trim();
}

/** Mounts, keys, modules and files of /run end with the boot they were made in: nothing is left to undo. */
export function isGoneWithReboot(entry: LedgerEntry, boot: string | undefined): boolean {
  if (entry.boot === undefined || boot === undefined || entry.boot === boot) return false;
  return entry.actions.every(endsWithBoot);
}

function endsWithBoot(action: Action): boolean {
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
}
