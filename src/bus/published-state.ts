import { VERDICTS } from '../check/verdict.js';
import { NOT_JSON, parseRecord } from '../text/json-record.js';
import {
  aBoolean,
  aNumber,
  aString,
  byWord,
  listOf,
  mismatchIn,
  objectWith,
  oneOf,
  optional,
} from '../text/json-shape.js';
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

/** A {@link PublishedState} that was kept as JSON. */
export const publishedShape = objectWith({
  verdict: aString,
  mode: aString,
  prediction: objectWith({ outcome: aString, driver: aString, error: aString, missing: listOf(aString) }),
  graphRoot: aString,
  dataset: aString,
  lastCheck: aNumber,
  findings: listOf(listOf(aString)),
});

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
    lastCheck: Math.max(0, Date.parse(report.time) || 0),
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

/** Every value that goes to the bus, with the type that its signature promises. */
const reportShape = objectWith({
  schemaVersion: oneOf(1),
  verdict: oneOf(...VERDICTS),
  mode: aString,
  time: aString,
  prediction: byWord(
    'outcome',
    new Map([
      ['starts', objectWith({ driver: aString, dataset: optional(aString) })],
      ['fails', objectWith({ error: aString })],
      ['unknown', objectWith({ missing: listOf(objectWith({ question: aString, detail: aString })) })],
    ]),
  ),
  effective: optional(objectWith({ graphroot: objectWith({ value: aString }) })),
  findings: listOf(
    objectWith({
      code: aString,
      slug: aString,
      severity: aString,
      certainty: aString,
      message: aString,
      ignored: aBoolean,
    }),
  ),
  correction: objectWith({
    state: aString,
    code: optional(aString),
    refusal: optional(aString),
    actions: listOf(objectWith({ kind: aString, description: aString, difference: optional(aString) })),
  }),
});

/** @returns why the text is not a report of a known version, as a string */
export function parseReport(text: string): Report | string {
  const value = parseRecord(text);
  if (value === undefined) return NOT_JSON;
  // What the bus publishes is looked at; the rest is of the version that it names, written by root's own program.
  return mismatchIn(value, reportShape) ?? (value as unknown as Report);
}
