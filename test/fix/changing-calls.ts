import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Every call that changes the machine, or makes a change durable. */
const CALLS = [
  'mkdirSync',
  'rmdirSync',
  'openSync',
  'writeFileSync',
  'fchmodSync',
  'chmodSync',
  'chownSync',
  'utimesSync',
  'fsyncSync',
  'renameSync',
  'unlinkSync',
  'rmSync',
] as const;
const original = { ...fs };

/** Gives each changing call that `work` makes to `instead`, which makes it or does not. */
export async function withChangingCalls(
  instead: (call: () => unknown) => unknown,
  work: () => Promise<unknown>,
): Promise<void> {
  for (const name of CALLS) {
    // The stand-in passes its arguments on as they are.
    const call = original[name] as (...args: unknown[]) => unknown;
    const standIn = (...args: unknown[]): unknown => {
      // Opening for reading is not a change.
      if (name === 'openSync' && ((args[1] as number) & fs.constants.O_CREAT) === 0) return call(...args);
      return instead(() => call(...args));
    };
    Object.assign(fs, { [name]: standIn });
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs, Object.fromEntries(CALLS.map((name) => [name, original[name]])));
    syncBuiltinESMExports();
  }
}
