import { visible } from './visible.js';
import { displayWidth } from './width.js';

export { visible } from './visible.js';

/** Columns a report is written for. */
export const COLUMNS = 80;

/**
 * Breaks a text at blanks so that no line is longer than {@link COLUMNS}, except for a single longer word: a
 * path must stay whole, to be copied. Control characters become visible escapes.
 */
export function wrap(text: string, indent: string, columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(' ')) {
    if (line !== '' && indent.length + displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(indent + line);
  return lines;
}
