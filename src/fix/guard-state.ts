import type { GuardConfiguration } from '../config/guard-configuration.js';
import type { ProbeFailure } from '../host/probe.js';
import type { GuardState } from '../rules/rule.js';
import type { LedgerFile } from './ledger.js';
import { isUnfinished, unreadableSentence, type LedgerRead } from './ledger-format.js';

/** What a check says about the guard itself: its configuration, and its ledger for a run that has undone nothing. */
export function guardStateOf(
  configuration: GuardConfiguration,
  ledger: LedgerFile,
  read = ledger.read(),
): GuardState {
  const unread = whyUnread(ledger, read);
  return {
    problems: problemsOf(configuration, read),
    unreadConfiguration: configuration.unread,
    interrupted: pendingIn(read),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** What an earlier run has begun and not finished. */
export function pendingIn(ledger: LedgerRead): GuardState['interrupted'] {
  const begun = 'error' in ledger ? undefined : ledger.entries.find(isUnfinished);
  return begun === undefined ? undefined : { code: begun.code, left: [], pending: true };
}

/** What is wrong with the guard's own files: nothing is corrected until they are right. */
export function problemsOf({ problems }: GuardConfiguration, ledger: LedgerRead): readonly string[] {
  // That this user may not read the ledger is not a mistake.
  if ('error' in ledger) return ledger.unread === undefined ? [...problems, ledger.error] : problems;
  const done: readonly string[] = ['applied', 'undone', 'reverted'];
  // One that may stand half-way, and that this version cannot undo.
  const stuck = ledger.unreadable.filter(({ status }) => !done.includes(status));
  return [...problems, ...stuck.map(unreadableSentence)];
}

function whyUnread({ unavailable }: LedgerFile, read: LedgerRead): ProbeFailure | undefined {
  return unavailable ?? ('error' in read ? read.unread : undefined);
}
