import { findTool } from '../../host/look-path.js';
import { Deadline } from '../../host/deadline.js';
import type { Host } from '../../host/host.js';
import { runBlocking } from '../../host/linux/run-blocking.js';
import { valueOf } from '../../host/probe.js';
import { encodeRecord, plainLines, type JournalRecord } from './journal-record.js';

export interface SendRequest {
  readonly host: Host;
  /** PATH this process was started with. */
  readonly path: string;
  /** Standard error. */
  readonly warn: (text: string) => void;
  /** Longest that journald may keep us waiting for a record, in milliseconds. */
  readonly limit?: number;
  /** Where journald listens. */
  readonly socket?: string;
}

/** A journald that hangs costs this once. One that is merely slow, as at boot, gets a few times as much. */
const LIMIT = 1000;
const ALL_LIMITS = 5;
const SOCKET = '/run/systemd/journal/socket';

/**
 * Hands records to journald through `logger --journald`, one run for each, in order, since logger writes
 * one entry and no more. What it does not take goes to standard error instead, never to both. After the
 * first failure nothing more is tried: a journald that hangs makes every sender wait.
 *
 * @returns how many records journald took
 */
export async function sendRecords(records: readonly JournalRecord[], request: SendRequest): Promise<number> {
  const sent = records.length === 0 ? 0 : await sendFirst(records, request);
  const lines = records.slice(sent).flatMap(plainLines);
  if (lines.length > 0) request.warn(`${lines.join('\n')}\n`);
  return sent;
}

/** @returns how many were taken before the first failure */
async function sendFirst(records: readonly JournalRecord[], request: SendRequest): Promise<number> {
  const logger = await findLogger(request);
  if (logger === undefined) return 0;
  const limit = request.limit ?? LIMIT;
  const all = Deadline.in(limit * ALL_LIMITS);
  const environment = { LC_ALL: 'C' };
  for (const [index, record] of records.entries()) {
    const input = encodeRecord(record);
    const deadline = Deadline.in(Math.min(limit, all.remaining()));
    const answer = await runBlocking(logger, ['--journald'], deadline, { environment, input });
    if (answer.state !== 'known' || answer.value.exitCode !== 0) return index;
  }
  return records.length;
}

/** logger exits with 0 when journald's socket is not there and the record is lost: look first. */
async function findLogger({ host, path, socket = SOCKET }: SendRequest): Promise<string | undefined> {
  const status = valueOf(await host.stat(socket));
  if (status?.kind !== 'other') return undefined;
  return valueOf(await findTool(host, 'logger', path));
}
