import type { Host } from '../host/host.js';
import { undoAll } from './apply.js';
import {
  bootOf,
  isGoneWithReboot,
  messageOf,
  withEntry,
  type CorrectionStatus,
  type LedgerEntry,
  type LedgerFile,
} from './ledger.js';

export interface Reverted {
  readonly entry: LedgerEntry;
  /** What could not be taken back, and why; the rest was. */
  readonly left: readonly string[];
}

export type RevertResult =
  | { readonly kind: 'reverted'; readonly entries: readonly Reverted[] }
  | { readonly kind: 'failed'; readonly why: string };

/** Takes back every correction that stands, the latest first. */
export function revertApplied(host: Host, file: LedgerFile): Promise<RevertResult> {
  return takeBack(host, file, ({ status }) => status === 'applied', 'reverted');
}

/** Takes back a correction that was cut off in the middle: the first thing every correcting run does. */
export function undoInterrupted(host: Host, file: LedgerFile): Promise<RevertResult> {
  return takeBack(host, file, ({ status }) => status === 'begun', 'undone');
}

/** Takes back one correction that is no longer needed; when it is needed again, it may be made again. */
export function withdraw(host: Host, file: LedgerFile, { id }: LedgerEntry): Promise<RevertResult> {
  return takeBack(host, file, (entry) => entry.id === id, 'undone');
}

async function takeBack(
  host: Host,
  file: LedgerFile,
  isMeant: (entry: LedgerEntry) => boolean,
  to: CorrectionStatus,
): Promise<RevertResult> {
  let ledger = file.read();
  if ('error' in ledger) return { kind: 'failed', why: ledger.error };
  const entries: Reverted[] = [];
  const meant = ledger.entries.filter(isMeant).reverse();
  const boot = meant.length === 0 ? undefined : await bootOf(host);
  for (const entry of meant) {
    const left = isGoneWithReboot(entry, boot) ? [] : await undoAll(host, entry);
    entries.push({ entry, left });
    ledger = withEntry(ledger, { ...entry, status: to });
    try {
      file.write(ledger);
    } catch (error) {
      return { kind: 'failed', why: `the ledger could not be written: ${messageOf(error)}` };
    }
  }
  return { kind: 'reverted', entries };
}
