import { isoTime } from '../../text/iso-time.js';
import { parseRecord } from '../../text/json-record.js';
import type { Report } from '../report.js';
import { notesOf } from './left-to-check.js';
import { withoutNumbers } from './without-numbers.js';

/** What is remembered of the last report that was written in full. */
export interface LastReport {
  readonly version: 1;
  /** What a reader saw of it; equal for equal reports. */
  readonly fingerprint: string;
  /** When it was written in full; ISO 8601. */
  readonly full: string;
  /** When this state of things began; ISO 8601. */
  readonly since: string;
  /** Information that it held; a start repeats none of it. */
  readonly notes: readonly string[];
}

export interface Writing {
  readonly form: 'full' | 'short';
  /** To be remembered for the next run. */
  readonly next: LastReport;
}

const HOUR = 3_600_000;

/**
 * CRI-O is started again every ten seconds while it fails. An unchanged report is then one line, and in
 * full once an hour. A clock that was set back makes it full: too much is better than too little.
 */
export function decideWriting(previous: LastReport | undefined, report: Report, now: Date): Writing {
  const fingerprint = fingerprintOf(report);
  const time = isoTime(now);
  const notes = notesOf(report);
  const same = previous?.fingerprint === fingerprint;
  const since = same ? previous.since : time;
  const age = previous === undefined ? NaN : now.getTime() - Date.parse(previous.full);
  // A change of the host is reported each time. NaN compares to nothing.
  if (same && age >= 0 && age < HOUR && report.correction.state !== 'applied') {
    return { form: 'short', next: { version: 1, fingerprint, full: previous.full, since, notes } };
  }
  return { form: 'full', next: { version: 1, fingerprint, full: time, since, notes } };
}

/** Everything in the report except what differs from run to run. */
function fingerprintOf(report: Report): string {
  const { version, mode, verdict, prediction, exact, unknown, correction } = report;
  const findings = report.findings.map(({ code, data, ignored, follows }) => {
    return [code, withoutNumbers(data), ignored, follows];
  });
  const { state, code, actions, refusal } = correction;
  const corrected = [state, code, actions.map(({ description }) => description), refusal];
  return JSON.stringify([
    version,
    mode,
    verdict,
    prediction,
    exact,
    effectiveOf(report),
    findings,
    unknown,
    corrected,
  ]);
}

/**
 * CRI-O resolves the symlinks of a root only once the directory exists, which its first start makes; where the root
 * leads is the same before and after.
 */
function effectiveOf({ effective, facts }: Report): Report['effective'] {
  if (effective === undefined || facts === undefined) return effective;
  const { graphroot, runroot } = effective;
  return {
    ...effective,
    graphroot: { ...graphroot, value: facts.graphroot.physical },
    runroot: { ...runroot, value: facts.runroot.physical },
  };
}

/** @returns undefined for anything that is not such a state: then the report is written in full */
export function parseLastReport(text: string): LastReport | undefined {
  const { version, fingerprint, full, since, notes } = parseRecord(text) ?? {};
  if (version !== 1 || typeof fingerprint !== 'string') return undefined;
  if (!isTime(full) || !isTime(since)) return undefined;
  const isList = (value: unknown): value is unknown[] => Array.isArray(value);
  const texts = (isList(notes) ? notes : []).filter((note) => typeof note === 'string');
  return { version, fingerprint, full, since, notes: texts };
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
