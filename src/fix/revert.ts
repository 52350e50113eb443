import type { Host } from '../host/host.js';
import { undoAll } from './apply.js';
import { messageOf, withEntry, type CorrectionStatus, type LedgerEntry, type LedgerFile } from './ledger.js';

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
  return revert(host, file, 'applied', 'reverted');
}

/** Takes back a correction that was cut off in the middle: the first thing every correcting run does. */
export function undoInterrupted(host: Host, file: LedgerFile): Promise<RevertResult> {
  return revert(host, file, 'begun', 'undone');
}

async function revert(
  host: Host,
  file: LedgerFile,
  from: CorrectionStatus,
  to: CorrectionStatus,
): Promise<RevertResult> {
  let ledger = file.read();
  if ('error' in ledger) return { kind: 'failed', why: ledger.error };
  const entries: Reverted[] = [];
  for (const entry of ledger.entries.filter(({ status }) => status === from).reverse()) {
    const left = await undoAll(host, entry);
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
