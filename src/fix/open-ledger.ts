import type { Host } from '../host/host.js';
import { unknown } from '../host/probe.js';
import { whyNotDurable, whyNotReadable } from './durable-storage.js';
import { LEDGER_DIRECTORY, LedgerFile, RUN_DIRECTORY } from './ledger.js';

/** The ledger of this machine, for a run that does not write it. */
export async function openLedger(host: Host): Promise<LedgerFile> {
  const ledger = new LedgerFile(LEDGER_DIRECTORY, 0, RUN_DIRECTORY);
  const whyNotRun = await whyNotReadable(host, RUN_DIRECTORY, `${RUN_DIRECTORY}/ledger.json`);
  // Nothing can be kept at all: the lock, without which nothing changes, lies there, too.
  if (whyNotRun !== undefined) return new LedgerFile(LEDGER_DIRECTORY, 0, undefined, whyNotRun);
  const why = await whyNotReadable(host, LEDGER_DIRECTORY, ledger.path);
  return why === undefined ? ledger : ledger.without(why);
}

/** The same ledger, for a run that writes it. */
export async function durableLedger(host: Host, ledger: LedgerFile): Promise<LedgerFile> {
  if (ledger.unavailable !== undefined) return ledger;
  const why = await whyNotDurable(host, ledger.directory);
  return why === undefined
    ? ledger
    : ledger.without(unknown('failed', `keep the ledger in ${ledger.directory}`, why).why);
}
