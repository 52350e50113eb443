import { npdAnswer } from '../../src/report/fleet/npd.js';
import { renderPrometheus } from '../../src/report/fleet/prometheus.js';
import { encodeRecord, plainLines } from '../../src/report/journal/journal-record.js';
import { journalRecords } from '../../src/report/journal/journal.js';
import type { Report } from '../../src/report/report.js';
import { plain } from '../../src/report/text/style.js';
import { renderText } from '../../src/report/text/text.js';
import { jsonText } from '../../src/text/json-text.js';

/** Every form in which a report leaves the program as text. */
export const RENDERERS: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => renderText(report, plain),
  'narrow text': (report) => renderText(report, { ...plain, columns: 40 }),
  json: (report) => jsonText(report),
  prometheus: (report) => renderPrometheus(report, 1),
  'node-problem-detector': (report) => npdAnswer(report, []).text + npdAnswer(report, ['CG']).text,
  journal: (report) => recordsOf(report).map(encodeRecord).join(''),
  'standard error': (report) => `${recordsOf(report).flatMap(plainLines).join('\n')}\n`,
};

const recordsOf = (report: Report) =>
  [true, false].flatMap((stopped) => journalRecords({ report, stopped, messageIdOf: () => '0'.repeat(32) }));
