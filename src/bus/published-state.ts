import { parseRecord } from '../text/json-record.js';
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
  try {
    const value = parseRecord(text);
    if (value?.['schemaVersion'] !== 1) return undefined;
    // Root's own program wrote it, and says which version of the schema it is.
    const report = value as unknown as Report;
    shownOf(report);
    return report;
  } catch {
    return undefined;
  }
}
