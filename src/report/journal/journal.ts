import { describeOrigin } from '../../config/origin.js';
import type { Finding } from '../../rules/finding.js';
import type { Severity } from '../../rules/rule.js';
import { findingFields, findingMessage } from './journal-finding.js';
import { PRIORITY, type JournalField, type JournalRecord, type Priority } from './journal-record.js';
import { isLeftToCheck } from './left-to-check.js';
import { MESSAGE_ID, type RecordKind } from './message-id.js';
import type { Report } from '../report.js';
import { wasWrong } from './what-was-wrong.js';
import type { Verdict } from '../../check/verdict.js';
import { notSeenSentences } from '../text/not-seen.js';
import { isSilent, notLookedAt, predictionSentence, rootFindings } from '../text/summary.js';

export interface JournalRequest {
  readonly report: Report;
  /** MESSAGE_ID of a rule. */
  readonly messageIdOf: (code: Finding['code']) => string | undefined;
  /** Whether CRI-O is kept from starting. */
  readonly stopped: boolean;
  /** With which outcome the same report was written before, in the restart loop of CRI-O. */
  readonly unchangedSince?: string;
  /** Information that the last start has written. */
  readonly known?: ReadonlySet<string>;
}

const OF_VERDICT: Readonly<Record<Verdict, Priority>> = {
  ok: PRIORITY.info,
  warning: PRIORITY.warning,
  error: PRIORITY.error,
  unknown: PRIORITY.warning,
};

const OF_SEVERITY: Readonly<Record<Severity, Priority>> = {
  error: PRIORITY.error,
  warning: PRIORITY.warning,
  info: PRIORITY.info,
};

/**
 * The report for the journal: the summary, what was corrected, then one record for each finding that is
 * not the echo of another. A healthy start is one short record; where ZFS plays no part there is none.
 */
export function journalRecords(request: JournalRequest): JournalRecord[] {
  const { report, unchangedSince, known = new Set() } = request;
  if (isSilent(report)) return [];
  if (unchangedSince !== undefined) return [shortRecord(request, unchangedSince)];
  return [
    summaryRecord(request),
    ...correctionRecord(request),
    ...rootFindings(report)
      .filter((finding) => !isLeftToCheck(finding, report, known))
      .map((finding) => findingRecord(request, finding)),
  ];
}

/** What fails for another reason is restarted as often: its information is not repeated each time either. */
function shortRecord(request: JournalRequest, since: string): JournalRecord {
  const { report } = request;
  if (report.verdict === 'ok') return record(request, 'summary', PRIORITY.info, headline(request));
  const counted = rootFindings(report).filter(({ ignored }) => !ignored);
  const unchanged = [...counted.map(({ code }) => code), `unchanged since ${since}`].join(', ');
  return record(request, 'unchanged', OF_VERDICT[report.verdict], `${headline(request)} (${unchanged})`);
}

/** For an error of our own, where there is no report. */
export function guardFailedRecord(message: string): JournalRecord {
  return [
    ['MESSAGE', `crio-guard itself failed and lets CRI-O start unchecked: ${message}`],
    ['MESSAGE_ID', MESSAGE_ID['guard-failed']],
    ['PRIORITY', String(PRIORITY.error)],
    ...CONSTANT,
  ];
}

const CONSTANT: readonly JournalField[] = [
  ['SYSLOG_IDENTIFIER', 'crio-guard'],
  ['OBJECT_SYSTEMD_UNIT', 'crio.service'],
];

function summaryRecord(request: JournalRequest): JournalRecord {
  const { report } = request;
  const { prediction, verdict } = report;
  const words = prediction.outcome === 'fails' ? [`It will say: ${prediction.error.trimEnd()}`] : [];
  const echoes = report.findings.flatMap(({ code, follows }) =>
    follows === undefined ? [] : [`${code} follows from ${follows}`],
  );
  const lines = [headline(request), ...words, ...notLookedAt(report), ...echoes];
  const extra = echoes.map((echo): JournalField => ['CRIO_GUARD_ECHO', echo]);
  return [...record(request, 'summary', OF_VERDICT[verdict], lines.join('\n')), ...extra];
}

function headline({ report, stopped }: JournalRequest): string {
  const { mode, prediction, verdict } = report;
  const sentence = predictionSentence(prediction, { isWrong: verdict === 'error', isHeld: stopped });
  // Who reads this at night must not take the messenger for the culprit.
  const how = prediction.outcome === 'fails' ? 'stops it before it fails' : 'keeps it from starting';
  return `${verdict}: ${sentence}${stopped ? `; crio-guard ${how}` : ''}${mode === 'fix' ? '' : ` [mode ${mode}]`}`;
}

function correctionRecord(request: JournalRequest): JournalRecord[] {
  const { correction } = request.report;
  const actions = correction.actions.map(({ description }) => description);
  const notSeen = correction.actions.flatMap(({ notSeenBy }) => notSeenSentences(notSeenBy));
  const fields = [
    ...(correction.code === undefined ? [] : [field('CRIO_GUARD_CODE', correction.code)]),
    ...actions.map((action) => field('CRIO_GUARD_ACTION', action)),
    field('CRIO_GUARD_CORRECTION', correction.state),
  ];
  const make = (kind: RecordKind, priority: Priority, lines: readonly string[]): JournalRecord[] => [
    [...record(request, kind, priority, lines.join('\n')), ...fields],
  ];
  const { code: what = 'a finding', message } = correction;
  const why = correction.refusal ?? 'no reason given';
  const listed = actions.map((action) => `  ${action}`);
  switch (correction.state) {
    case 'none':
      return [];
    case 'applied':
      return make('corrected', PRIORITY.notice, [
        `corrected ${what}: ${wasWrong(correction.code)}. Done:`,
        ...listed,
        ...notSeen,
        ...(message === undefined ? [] : [`The finding was: ${message}`]),
        `Now ${predictionSentence(request.report.prediction)}.`,
        '"crio-guard --revert" takes it back.',
        ...(correction.refusal === undefined ? [] : [`not corrected further: ${why}`]),
      ]);
    case 'planned':
      return make('not-corrected', PRIORITY.notice, [
        `${what} can be corrected ("crio-guard --fix" does it):`,
        ...listed,
      ]);
    case 'refused':
      return make('not-corrected', PRIORITY.notice, [`${what} is not corrected: ${why}`]);
    case 'undone':
      return make('not-corrected', PRIORITY.warning, [
        `the correction of ${what} did not come out right and was taken back: ${why}`,
      ]);
    case 'failed':
      return make('not-corrected', PRIORITY.error, [
        `the correction of ${what} failed and could not be taken back in full: ${why}`,
      ]);
  }
}

function findingRecord(request: JournalRequest, finding: Finding): JournalRecord {
  const priority = finding.ignored ? PRIORITY.info : OF_SEVERITY[finding.severity];
  const id = request.messageIdOf(finding.code);
  return [
    ['MESSAGE', findingMessage(finding)],
    ...(id === undefined ? [] : [field('MESSAGE_ID', id)]),
    ['PRIORITY', String(priority)],
    ...common(request.report, request.stopped),
    ...findingFields(finding),
  ];
}

function record(
  request: JournalRequest,
  kind: RecordKind,
  priority: Priority,
  message: string,
): JournalRecord {
  return [
    ['MESSAGE', message],
    ['MESSAGE_ID', MESSAGE_ID[kind]],
    ['PRIORITY', String(priority)],
    ...common(request.report, request.stopped),
  ];
}

/** Where nothing is known a dash stands: the catalog would print the bare name of a missing field. */
function common({ effective, prediction, run, verdict }: Report, stopped: boolean): JournalField[] {
  const dataset = prediction.outcome === 'starts' ? prediction.dataset : undefined;
  const driver = prediction.outcome === 'starts' ? prediction.driver : effective?.driver.value;
  return [
    ...CONSTANT,
    field('CRIO_GUARD_VERDICT', verdict),
    field('CRIO_GUARD_DECISION', stopped ? 'stop' : 'start'),
    field('CRIO_GUARD_GRAPHROOT', effective?.graphroot.value),
    field(
      'CRIO_GUARD_ORIGIN',
      effective === undefined ? undefined : describeOrigin(effective.graphroot.origin),
    ),
    field('CRIO_GUARD_DATASET', dataset),
    field('CRIO_GUARD_DRIVER', driver),
    field('CRIO_GUARD_RUN', run),
    field('DOCUMENTATION', 'man:crio-guard-rules(7)'),
  ];
}

const field = (name: string, value: string | undefined): JournalField => [name, value || '-'];
