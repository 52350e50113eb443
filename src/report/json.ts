import type { Report } from './report.js';

/** The report as JSON, the form that packaging/report.schema.json describes. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
