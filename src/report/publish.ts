import type { Host } from '../host/host.js';
import type { Rule } from '../rules/rule.js';
import { guardFailedRecord, journalRecords } from './journal/journal.js';
import { plainLines } from './journal/journal-record.js';
import { sendRecords } from './journal/journal-sender.js';
import { keepReport } from './keep-report.js';
import type { Report } from './report.js';
import type { ReportFiles } from './report-file.js';
import { decideWriting } from './journal/restart-loop.js';

export interface PublishRequest {
  readonly report: Report;
  /** Whether CRI-O is kept from starting. */
  readonly stopped: boolean;
  readonly rules: readonly Rule[];
  readonly host: Host;
  /** PATH this process was started with. */
  readonly path: string;
  readonly now: Date;
  readonly files: ReportFiles;
  /** Corrections that were made and not reverted; absent when that is unknown. */
  readonly standing?: number | undefined;
  /** Longest that journald may keep us waiting for a record, in milliseconds. */
  readonly limit?: number;
  /** Standard error. */
  readonly warn: (text: string) => void;
}

/**
 * Tells the journal and /run/crio-guard what a start of CRI-O found. Never fails.
 *
 * @returns why the report could not be kept in /run/crio-guard
 */
export async function publish(request: PublishRequest): Promise<string | undefined> {
  const { report, rules, files, now, stopped } = request;
  const previous = files.readLast();
  const { form, next } = decideWriting(previous, report, now);
  const ids = new Map(rules.map(({ code, messageId }) => [code, messageId]));
  const records = journalRecords({
    report,
    stopped,
    messageIdOf: (code) => ids.get(code),
    known: new Set(previous?.notes ?? []),
    ...(form === 'short' ? { unchangedSince: next.since } : {}),
  });
  // First the files: a journald that hangs must not keep the others from knowing.
  const kept = await keepReport(request.host, files, report, request.standing);
  const wrong = [kept, files.writeLast(next)].find((why) => why !== undefined);
  await sendRecords(records, request);
  return wrong;
}

/** Tells the journal of an error of our own, with which CRI-O starts unchecked. Never fails. */
export async function publishFailure(
  what: string,
  request: Pick<PublishRequest, 'host' | 'path' | 'warn'>,
): Promise<void> {
  const record = guardFailedRecord(what);
  try {
    await sendRecords([record], request);
  } catch {
    request.warn(`${plainLines(record).join('\n')}\n`);
  }
}
