import { isVerdict } from '../check/verdict.js';
import { hasStrings, isRecord, parseRecord, type JsonRecord } from '../text/json-record.js';
import type { Report } from '../report/report.js';

/** What a report comes to on the bus. Plain data: it is kept across the service's idle exits as JSON. */
export interface PublishedState {
  readonly verdict: string;
  readonly mode: string;
  readonly prediction: {
    readonly outcome: string;
    readonly driver: string;
    readonly error: string;
    readonly missing: readonly string[];
  };
  readonly graphRoot: string;
  readonly dataset: string;
  /** Milliseconds since the epoch. */
  readonly lastCheck: number;
  /** Code, slug, severity, certainty and message of each. */
  readonly findings: readonly (readonly [string, string, string, string, string])[];
}

/** Before the first report. */
export const NOTHING_YET: PublishedState = {
  verdict: 'unknown',
  mode: 'unknown',
  prediction: { outcome: 'unknown', driver: '', error: '', missing: [] },
  graphRoot: '',
  dataset: '',
  lastCheck: 0,
  findings: [],
};

/** More could make a message larger than the bus carries. */
const MOST_FINDINGS = 500;

export function shownOf(report: Report): PublishedState {
  const { prediction } = report;
  const starts = prediction.outcome === 'starts' ? prediction : undefined;
  return {
    verdict: report.verdict,
    mode: report.mode,
    prediction: {
      outcome: prediction.outcome,
      driver: starts?.driver ?? '',
      error: prediction.outcome === 'fails' ? prediction.error : '',
      missing: prediction.outcome === 'unknown' ? prediction.missing.map(describe) : [],
    },
    graphRoot: report.effective?.graphroot.value ?? '',
    dataset: starts?.dataset ?? '',
    lastCheck: Date.parse(report.time) || 0,
    findings: report.findings
      .slice(0, MOST_FINDINGS)
      .map(({ code, slug, severity, certainty, message, ignored }) => [
        code,
        slug,
        ignored ? 'info' : severity,
        certainty,
        message,
      ]),
  };
}

const describe = (failure: { readonly question: string; readonly detail: string }): string =>
  `${failure.question}: ${failure.detail}`;

/** @returns undefined when the text is not a report of a known version */
export function parseReport(text: string): Report | undefined {
  const value = parseRecord(text);
  if (value?.['schemaVersion'] !== 1 || !holdsWhatIsPublished(value)) return undefined;
  // What the bus publishes has been looked at; the rest is of the version that it names, written by root's own program.
  return value as unknown as Report;
}

/** Whether every value that goes to the bus has the type that its signature promises. */
function holdsWhatIsPublished({
  verdict,
  mode,
  time,
  prediction,
  effective,
  findings,
  correction,
}: JsonRecord): boolean {
  const graphroot = isRecord(effective) ? effective['graphroot'] : undefined;
  return (
    isVerdict(verdict) &&
    typeof mode === 'string' &&
    typeof time === 'string' &&
    isPrediction(prediction) &&
    (effective === undefined || (isRecord(graphroot) && hasStrings(graphroot, 'value'))) &&
    areRecordsWith(findings, 'code', 'slug', 'severity', 'certainty', 'message') &&
    isRecord(correction) &&
    hasStrings(correction, 'state') &&
    areRecordsWith(correction['actions'], 'kind', 'description')
  );
}

function isPrediction(value: unknown): boolean {
  if (!isRecord(value)) return false;
  switch (value['outcome']) {
    case 'starts':
      return hasStrings(value, 'driver') && (value['dataset'] === undefined || hasStrings(value, 'dataset'));
    case 'fails':
      return hasStrings(value, 'error');
    case 'unknown':
      return areRecordsWith(value['missing'], 'question', 'detail');
    default:
      return false;
  }
}

const areRecordsWith = (value: unknown, ...keys: readonly string[]): boolean =>
  Array.isArray(value) && value.every((one) => isRecord(one) && hasStrings(one, ...keys));
