import type { Report } from '../report.js';
import { isSentence } from '../text/advice.js';

/** One line of what to do: a sentence, or a command ready to paste. */
export type RemedyStep = { readonly text: string } | { readonly command: string };

export const remedySteps = (lines: readonly string[]): readonly RemedyStep[] =>
  lines.map((line) => (isSentence(line) ? { text: line } : { command: line }));

/** The report as programs read it: packaging/schemas/report.schema.json. */
export const reportJson = (report: Report) => ({
  ...report,
  findings: report.findings.map((finding) => ({ ...finding, remedy: remedySteps(finding.remedy) })),
});
