import { describeAction } from '../fix/actions.js';
import { beginChange, type OwnState } from '../fix/begin-change.js';
import type { CheckRequest } from '../check/check-host.js';
import { revertApplied, type RevertResult } from '../fix/revert.js';
import { revertUnneeded, type Kept, type RevertUnneededResult } from '../fix/revert-unneeded.js';
import { asUnitSettings } from '../fix/run-environment.js';
import type { GuardState } from '../rules/rule.js';
import { escapeControls } from '../text/escape.js';
import { jsonText } from '../text/json-text.js';
import { EXIT } from './exit-code.js';
import { lockWait, type Session } from './session.js';

type Interrupted = NonNullable<GuardState['interrupted']>;

/** What `--revert --json` prints. */
export type RevertOutput = (RevertResult | RevertUnneededResult) & {
  /** A correction that was cut off, and what is left of it. */
  readonly interrupted?: Interrupted;
  /** Why the corrections that outlast a reboot are unknown. */
  readonly unread?: string;
};

export interface RevertOptions {
  readonly json: boolean;
  /** How to prove that CRI-O starts without a correction; absent to revert all of them. */
  readonly check?: CheckRequest | undefined;
}

/** `--revert`: undoes the corrections that stand, the latest first. */
export async function runRevert(session: Session, own: OwnState, options: RevertOptions): Promise<number> {
  const result = await revert(session, own, options.check);
  if (options.json) session.print(jsonText(result));
  if (result.kind === 'failed') {
    session.warn(`crio-guard: ${escapeControls(result.why)}\n`);
    return EXIT.error;
  }
  if (!options.json) session.print(textOf(result));
  if (result.unread !== undefined) {
    session.warn(
      `crio-guard: the ledger in ${own.ledger.directory} is unknown: ${escapeControls(result.unread)}\n`,
    );
    return EXIT.unknown;
  }
  // What was left on purpose is named, and nothing that matters stands.
  return result.entries.every(({ failed }) => failed.length === 0) ? EXIT.ok : EXIT.error;
}

async function revert(session: Session, own: OwnState, check?: CheckRequest): Promise<RevertOutput> {
  const { host } = session;
  const change = await beginChange(host, own, lockWait(session));
  if (change.kind === 'refused') return { kind: 'failed', why: change.why };
  const { lock, ledger, interrupted } = change;
  const request = { host, ledger, lock };
  const result =
    check === undefined ? await revertApplied(request) : await revertUnneeded({ ...request, check });
  lock.release();
  return {
    ...result,
    ...(interrupted === undefined ? {} : { interrupted }),
    ...(ledger.unavailable === undefined ? {} : { unread: ledger.unavailable }),
  };
}

function textOf(result: Extract<RevertOutput, { kind: 'reverted' }>): string {
  const { entries, interrupted, unread } = result;
  const kept = 'kept' in result ? result.kept : [];
  if (entries.length === 0 && kept.length === 0 && interrupted === undefined)
    return unread !== undefined ? '' : 'No correction stands: nothing to revert.\n';
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
  return `${[...cutOff, ...lines, ...kept.flatMap(textOfKept)].map(escapeControls).join('\n')}\n`;
}

const textOfInterrupted = ({ code, left }: Interrupted): readonly string[] => [
  `Undone: the correction of ${code}, which was cut off.`,
  ...left.map((why) => `  left as it is: ${why}`),
];

function textOfKept({ entry, why }: Kept): readonly string[] {
  const settings = asUnitSettings(entry.actions);
  return [
    `Kept: the correction of ${entry.code} of ${entry.time}:`,
    ...entry.actions.map((action) => `  - ${describeAction(action)}`),
    `  ${why}`,
    ...(settings.length === 0
      ? []
      : [
          '  crio.service loses these variables without crio-guard. To keep them, run "systemctl edit crio" and add:',
          ...settings.map((line) => `    ${line}`),
        ]),
  ];
}
