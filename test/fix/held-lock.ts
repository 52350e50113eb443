import * as fs from 'node:fs';
import { LedgerFile, type LedgerEntry } from '../../src/fix/ledger.js';
import { ChangeLock } from '../../src/fix/lock.js';

/** A lock that nobody contends for. */
export const heldLock = (): ChangeLock => new ChangeLock(fs.openSync('/dev/null', 'r'));

/** A ledger as an earlier run has left it. */
export function writeEntries({ path }: LedgerFile, entries: readonly LedgerEntry[]): void {
  fs.mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  fs.writeFileSync(path, JSON.stringify({ version: 1, entries }));
}

/** The ledger of a directory of the user who runs the tests. */
export const ledgerIn = (directory: string): LedgerFile => new LedgerFile(directory, process.getuid?.() ?? 0);
