import { LockFile } from '../../src/fix/lock.js';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { ledgerIn } from './held-lock.js';

/** A process of its own: `hold DIRECTORY` keeps the lock, `write DIRECTORY ID` adds five entries under it. */
const [work, directory = '', id = ''] = process.argv.slice(2);
const host = new LinuxHost({ deadline: Deadline.in(60_000), environment: {}, userId: 0, program: '/' });
const owner = process.getuid?.() ?? 0;
const file = new LockFile(directory, owner);

if (work === 'hold') {
  const result = await file.take(host, 0);
  console.log(result.kind);
  setInterval(() => undefined, 1000);
} else {
  const ledger = ledgerIn(directory);
  for (let count = 0; count < 5; count += 1) {
    const result = await file.take(host, 60_000);
    if (result.kind !== 'held') throw new Error(result.why);
    const entry = { id: `${id}-${count}`, code: 'CG301', time: '', status: 'begun', actions: [] } as const;
    const why = ledger.record(entry, result.lock);
    if (why !== undefined) throw new Error(why);
    result.lock.release();
  }
}
