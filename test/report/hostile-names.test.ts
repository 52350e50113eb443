import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportJson } from '../../src/report/json/report-json.js';
import type { Report } from '../../src/report/report.js';
import { plain } from '../../src/report/text/style.js';
import { renderText } from '../../src/report/text/text.js';
import { escapeControls } from '../../src/text/escape.js';
import { HOSTILE_NAMES, UNWRITABLE_NAMES } from '../text/hostile-names.js';
import { RENDERERS } from './renderers.js';
import { HEALTHY, ISSUE_8771, OTHER_DRIVER, reportOn } from './example-report.js';

const NASTY = [...Object.values(HOSTILE_NAMES), ...Object.values(UNWRITABLE_NAMES)].join('');

/** Keys whose values are words of crio-guard's own, by which renderers decide. */
const OWN = new Set([
  'verdict', 'mode', 'outcome', 'kind', 'state', 'code', 'severity', 'certainty', 'follows', 'time', 'run', 'version',
  'schemaVersion', 'marks', 'slug',
]); // prettier-ignore

/** The report with this before every text that the machine could have a say in. */
function withNames(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return OWN.has(key) ? value : NASTY + value;
  if (Array.isArray(value)) return value.map((one) => withNames(one, key));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withNames(one, name)]));
}

for (const [name, render] of Object.entries(RENDERERS)) {
  test(`nothing in a name reaches a reader raw: ${name}`, async () => {
    for (const example of [HEALTHY, ISSUE_8771, OTHER_DRIVER, { graphroot: '/srv/c' }]) {
      const before = await reportOn(example);
      const unchanged = render(before);
      // Every text of a report of this shape becomes hostile; the shape stays.
      const report = withNames(before) as Report;
      for (const line of render(report).split('\n')) assert.equal(escapeControls(line), line);
      if (unchanged.trim() !== '') assert.notEqual(render(report), unchanged);
    }
  });
}

test('a command that a name cannot be written in is left out of the report, and the reason is given', async () => {
  const graphroot = `/srv/${UNWRITABLE_NAMES['bytes that were not UTF-8']}`;
  const report = await reportOn({ graphroot, datasets: [{ name: 'tank', mountpoint: graphroot }] });
  const steps = reportJson(report).findings.flatMap(({ remedy }) => remedy);
  assert.ok(steps.some((step) => 'text' in step && step.text.startsWith('No command is given for ')));
  for (const step of steps) assert.doesNotMatch(Object.values(step).join(''), /\0/);
  assert.doesNotMatch(renderText(report, plain), /\0/);
});
