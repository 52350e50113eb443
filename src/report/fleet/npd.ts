import { describeFailure } from '../../host/probe.js';
import type { Finding } from '../../rules/finding.js';
import type { RuleCode } from '../../rules/rule.js';
import { cutBytes } from '../journal/journal-record.js';
import type { Report } from '../report.js';
import type { Verdict } from '../../check/verdict.js';
import { reportSentence, rootFindings } from '../text/summary.js';
import { escapeControls } from '../../text/escape.js';

/**
 * node-problem-detector cuts there, by bytes: max_output_length in our configurations of it. Where an administrator has
 * left the default of 80, the point still comes first.
 */
export const NPD_BYTES = 256;

/**
 * Milliseconds that a check for node-problem-detector may take, whatever the configured deadline is. Its plugin is
 * killed after 20 seconds, and the reason would be lost with it.
 */
export const NPD_DEADLINE = 15_000;

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
  return { verdict: answer.verdict, text: npdLine(answer.text) };
}

/** One line, whatever is said. */
export const npdLine = (text: string): string => `${cutBytes(escapeControls(text), NPD_BYTES)}\n`;

function ofAll(report: Report): NpdAnswer {
  const { verdict } = report;
  const first = rootFindings(report).find(({ ignored }) => !ignored);
  switch (verdict) {
    case 'error':
      return { verdict, text: first === undefined ? pointOf(report) : errorText(report, first) };
    case 'unknown':
      return { verdict, text: `unknown: ${missing(report)}` };
    case 'warning':
    case 'ok':
      return { verdict, text: `${verdict}: ${reportSentence(report)}` };
  }
}

/** The code, what it means for CRI-O, and then the names, which may be long. */
function errorText(report: Report, { code, message }: Finding): string {
  const point = report.prediction.outcome === 'unknown' ? '' : `${pointOf(report)}: `;
  return `${code}: ${point}${message}`;
}

const pointOf = (report: Report): string =>
  report.prediction.outcome === 'starts' ? 'new layers go to the wrong place' : reportSentence(report);

/**
 * A temporary rule of node-problem-detector becomes an event at every exit code but 0. What could not be looked at is
 * one event, of the family of the guard itself, and not one of each family.
 */
function ofSome(report: Report, only: readonly string[]): NpdAnswer {
  const named = (code: RuleCode): boolean => only.some((beginning) => code.startsWith(beginning));
  const speaksForUnknown = only.some(
    (beginning) => 'CG0'.startsWith(beginning) || beginning.startsWith('CG0'),
  );
  const found = report.findings.find(
    ({ code, ignored, severity }) => named(code) && !ignored && severity !== 'info',
  );
  if (found !== undefined) return { verdict: 'error', text: `${found.code}: ${found.message}` };
  const isUnknown =
    report.prediction.outcome === 'unknown' ||
    report.unknown.some(({ code }) => speaksForUnknown || named(code));
  if (isUnknown) return { verdict: speaksForUnknown ? 'unknown' : 'ok', text: `unknown: ${missing(report)}` };
  return { verdict: 'ok', text: `ok: no finding of ${only.join(', ')}` };
}

function missing({ prediction, unknown }: Report): string {
  const [first] = prediction.outcome === 'unknown' ? prediction.missing : [];
  const [undecided] = unknown;
  if (first !== undefined) return describeFailure(first);
  return undecided === undefined ? 'no reason given' : `${undecided.code}: ${undecided.missing.join('; ')}`;
}
