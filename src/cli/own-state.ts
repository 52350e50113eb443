import type { OwnState } from '../fix/begin-change.js';
import { LockFile } from '../fix/lock.js';
import { openLedger } from '../fix/open-ledger.js';
import type { Host } from '../host/host.js';

export const ownState = async (host: Host): Promise<OwnState> => ({
  ledger: await openLedger(host),
  lock: new LockFile(),
});
