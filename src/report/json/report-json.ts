import type { Report } from '../report.js';
import type { AdviceLine } from '../../text/advice-line.js';

/** One line of what to do: a text for a person, or a command ready to paste. */
export type RemedyStep = { readonly text: string } | { readonly command: string };

export const remedySteps = (lines: readonly AdviceLine[]): readonly RemedyStep[] =>
  lines.map(({ kind, line }) => (kind === 'command' ? { command: line } : { text: line }));

/** The report as programs read it: packaging/schemas/report.schema.json. */
export const reportJson = (report: Report) => ({
  ...report,
  findings: report.findings.map((finding) => ({ ...finding, remedy: remedySteps(finding.remedy) })),
});
