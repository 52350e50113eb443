import { describeAction } from '../fix/actions.js';
import { LedgerFile } from '../fix/ledger.js';
import { revertApplied, type Reverted } from '../fix/revert.js';
import { EXIT } from './exit-code.js';
import type { Session } from './session.js';

/** `--revert`: takes back the corrections that stand, the latest first. */
export async function runRevert(session: Session, json: boolean): Promise<number> {
  const result = await revertApplied(session.host, new LedgerFile());
  if (json) session.print(`${JSON.stringify(result, null, 2)}\n`);
  if (result.kind === 'failed') {
    session.warn(`crio-guard: ${result.why}\n`);
    return EXIT.error;
  }
  if (!json) session.print(textOf(result.entries));
  return result.entries.every(({ left }) => left.length === 0) ? EXIT.ok : EXIT.error;
}

function textOf(entries: readonly Reverted[]): string {
  if (entries.length === 0) return 'No correction stands; nothing to take back.\n';
  const lines = entries.flatMap(({ entry, left }) => [
    `Taken back: the correction of ${entry.code} of ${entry.time}:`,
    ...entry.actions.map((action) => `  - ${describeAction(action)}`),
    ...left.map((why) => `  left as it is: ${why}`),
  ]);
  return `${lines.join('\n')}\n`;
}
