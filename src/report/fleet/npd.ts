import { describeFailure } from '../../host/probe.js';
import type { RuleCode } from '../../rules/rule.js';
import { cutBytes } from '../journal/journal-record.js';
import type { Report } from '../report.js';
import type { Verdict } from '../../check/verdict.js';
import { predictionSentence, rootFindings } from '../text/summary.js';
import { escapeControls } from '../../text/escape.js';

/** node-problem-detector cuts there, by bytes (max_output_length). */
export const NPD_BYTES = 80;

export interface NpdAnswer {
  readonly verdict: Verdict;
  readonly text: string;
}

/**
 * One line for node-problem-detector.
 *
 * @param only beginnings of codes; then only these findings count, warnings as problems too: who names
 *   them wants to hear of them
 */
export function npdAnswer(report: Report, only: readonly string[]): NpdAnswer {
  const answer = only.length === 0 ? ofAll(report) : ofSome(report, only);
  return { verdict: answer.verdict, text: `${cutBytes(escapeControls(answer.text), NPD_BYTES)}\n` };
}

function ofAll(report: Report): NpdAnswer {
  const { verdict } = report;
  const first = rootFindings(report).find(({ ignored }) => !ignored);
  const what = first === undefined ? undefined : `${first.code} ${first.slug}: ${first.message}`;
  switch (verdict) {
    case 'error':
      return { verdict, text: what ?? predictionSentence(report.prediction, { isWrong: true }) };
    case 'unknown':
      return { verdict, text: `unknown: ${missing(report)}` };
    case 'warning':
    case 'ok':
      return { verdict, text: `${verdict}: ${predictionSentence(report.prediction)}` };
  }
}

function ofSome(report: Report, only: readonly string[]): NpdAnswer {
  const named = (code: RuleCode): boolean => only.some((beginning) => code.startsWith(beginning));
  const found = report.findings.find(
    ({ code, ignored, severity }) => named(code) && !ignored && severity !== 'info',
  );
  if (found !== undefined) return { verdict: 'error', text: `${found.code} ${found.slug}: ${found.message}` };
  if (report.prediction.outcome === 'unknown' || report.unknown.some(({ code }) => named(code))) {
    return { verdict: 'unknown', text: `unknown: ${missing(report)}` };
  }
  return { verdict: 'ok', text: `ok: no finding of ${only.join(', ')}` };
}

function missing({ prediction, unknown }: Report): string {
  const [first] = prediction.outcome === 'unknown' ? prediction.missing : [];
  const [undecided] = unknown;
  if (first !== undefined) return describeFailure(first);
  return undecided === undefined ? 'no reason given' : `${undecided.code}: ${undecided.missing.join('; ')}`;
}
