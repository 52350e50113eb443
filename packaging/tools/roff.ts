import { escapeControls } from '../../src/text/escape.js';

/** Day of the pages, fixed so that they are the same whenever they are made. */
export const PAGE_DATE = '2026-11-23';

const COLUMNS = 78;

/** Text as it stands for man(7): its own signs taken literally, and no line that begins a request. */
export function roff(text: string): string {
  return escapeControls(text)
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/, '\\&$1')
    .replace(/"/g, '\\(dq')
    .replace(/~/g, '\\(ti')
    .replace(/\^/g, '\\(ha')
    .replace(/`/g, '\\(ga')
    .replace(/'/g, '\\(aq');
}

/** The same in lines of the length that pages are kept in; a blank and a newline are one to roff. */
export function roffLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').map(roff)) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

export const paragraph = (text: string): string[] => ['.PP', ...roffLines(text)];

export const bullet = (text: string): string[] => ['.IP \\(bu 2', ...roffLines(text)];
