import { describeAction } from '../fix/actions.js';
import { beginChange, type OwnState } from '../fix/begin-change.js';
import { revertApplied, type RevertResult } from '../fix/revert.js';
import type { GuardState } from '../rules/rule.js';
import { escapeControls } from '../text/escape.js';
import { jsonText } from '../text/json-text.js';
import { EXIT } from './exit-code.js';
import { lockWait, type Session } from './session.js';

type Interrupted = NonNullable<GuardState['interrupted']>;

/** What `--revert --json` prints. */
export type RevertOutput = RevertResult & {
  /** A correction that was cut off, and what is left of it. */
  readonly interrupted?: Interrupted;
};

/** `--revert`: undoes the corrections that stand, the latest first. */
export async function runRevert(session: Session, own: OwnState, json: boolean): Promise<number> {
  const result = await revert(session, own);
  if (json) session.print(jsonText(result));
  if (result.kind === 'failed') {
    session.warn(`crio-guard: ${escapeControls(result.why)}\n`);
    return EXIT.error;
  }
  if (!json) session.print(textOf(result));
  // What was left on purpose is named, and nothing that matters stands.
  return result.entries.every(({ failed }) => failed.length === 0) ? EXIT.ok : EXIT.error;
}

async function revert(session: Session, own: OwnState): Promise<RevertOutput> {
  const { host } = session;
  const change = await beginChange(host, own, lockWait(session));
  if (change.kind === 'refused') return { kind: 'failed', why: change.why };
  const { lock, ledger, interrupted } = change;
  const result = await revertApplied({ host, ledger, lock });
  lock.release();
  return { ...result, ...(interrupted === undefined ? {} : { interrupted }) };
}

function textOf({ entries, interrupted }: Extract<RevertOutput, { kind: 'reverted' }>): string {
  if (entries.length === 0 && interrupted === undefined) return 'No correction stands: nothing to revert.\n';
  const cutOff = interrupted === undefined ? [] : textOfInterrupted(interrupted);
  const lines = entries.flatMap(({ entry, left, failed }) => {
    const isDone = failed.length === 0;
    return [
      `${isDone ? 'Reverted' : 'Not reverted in full'}: the correction of ${entry.code} of ${entry.time}:`,
      ...entry.actions.map((action) => `  - ${describeAction(action)}`),
      ...failed.map((why) => `  failed: ${why}`),
      ...left.map((why) => `  left as it is: ${why}`),
      ...(isDone && left.length > 0 ? ['  Everything else is as before.'] : []),
    ];
  });
  return `${[...cutOff, ...lines].map(escapeControls).join('\n')}\n`;
}

const textOfInterrupted = ({ code, left }: Interrupted): readonly string[] => [
  `Undone: the correction of ${code}, which was cut off.`,
  ...left.map((why) => `  left as it is: ${why}`),
];
