import { escapeControls } from './escape.js';
import { displayWidth } from './width.js';

export { escapeControls } from './escape.js';

/** Columns a report is written for. */
export const COLUMNS = 80;

/**
 * Breaks a text at blanks so that no line is longer than `columns`, except for a single longer word: a path
 * must stay whole, to be copied. Control characters become escapeControls escapes.
 *
 * @param first what the first line begins with; the others begin with `indent`
 */
export function wrap(text: string, indent: string, columns = COLUMNS, first = indent): string[] {
  const lines: string[] = [];
  let [begin, line] = [first, ''];
  for (const word of escapeControls(text).split(' ')) {
    if (line !== '' && displayWidth(begin) + displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(begin + line);
      [begin, line] = [indent, word];
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(begin + line);
  return lines;
}
