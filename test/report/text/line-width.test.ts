import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../../src/report/text/style.js';
import { renderText } from '../../../src/report/text/text.js';
import type { Report } from '../../../src/report/report.js';
import { escapeControls } from '../../../src/text/escape.js';
import { displayWidth } from '../../../src/text/width.js';
import { recordedIds, replay } from '../../hosts/replay.js';

const WIDTHS = [40, 60, 80, 132];

const IDS = recordedIds();

/** What must stay whole to be pasted: commands, and the lines of files. */
function wholeLines({ findings, correction }: Report): ReadonlySet<string> {
  const commands = findings.flatMap(({ remedy }) =>
    remedy.flatMap(({ kind, line }) => (kind === 'text' ? [] : [line])),
  );
  const actions = correction.actions.flatMap(({ command, difference }) => [
    ...(command === undefined ? [] : [command]),
    ...(difference?.split('\n') ?? []),
  ]);
  return new Set([...commands, ...actions].map((line) => escapeControls(line).trim()));
}

/** A single word, after what leads up to it: a path is not broken. */
const LEAD = /^(?:[-+|^`\\]+|from|graphroot|driver|option)(?= )/;
const isOneWord = (line: string): boolean => !line.trim().replace(LEAD, '').trim().includes(' ');

for (const columns of WIDTHS) {
  test(`the text of every recorded host fits into ${columns} columns`, async () => {
    let lines = 0;
    for (const id of IDS) {
      const { report } = await replay(id);
      const whole = wholeLines(report);
      for (const line of renderText(report, { ...plain, columns }).split('\n')) {
        lines += 1;
        if (displayWidth(line) <= columns || whole.has(line.trim()) || isOneWord(line)) continue;
        assert.fail(`${id}: ${displayWidth(line)} columns: ${line}`);
      }
    }
    assert.ok(lines > IDS.length);
  });
}
