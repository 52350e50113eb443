import { escapeControls } from './escape.js';

/** U+FFFD stands for bytes that were not UTF-8: the real name is lost. So is it where half a surrogate pair stands. */
export const NOT_UTF8 = 'it contains bytes that are not UTF-8';

/** Whether the text has the exact bytes of the name it was read from. */
export const isExact = (text: string): boolean => !/[\ufffd\ud800-\udfff]/u.test(text);

/**
 * Stands in a command for a name that cannot be written there. No name from a kernel contains NUL, so that a
 * name cannot look like it.
 */
export const unwritable = (name: string, why: string): string =>
  `\0unwritable\0${escapeControls(name)}\0${why}\0`;

const UNWRITABLE = /\0unwritable\0([^\0]*)\0([^\0]*)\0/;

export const hasUnwritable = (text: string): boolean => UNWRITABLE.test(text);

/**
 * Lines of advice. A sentence with the reason takes the place of a command that a name cannot be written in, and
 * of a line of a file, which is indented, that a terminal cannot show as it is.
 */
export function withoutUnwritable(lines: readonly string[]): readonly string[] {
  const printed = lines.map((line) => {
    const [, name, why] = UNWRITABLE.exec(line) ?? [];
    if (name !== undefined && why !== undefined) {
      return `No ${line.startsWith(' ') ? 'line' : 'command'} is given for "${name}", because ${why}.`;
    }
    const shown = line.startsWith(' ') ? escapeControls(line) : line;
    return shown === line && (isExact(line) || !line.startsWith(' '))
      ? line
      : `No line is given for "${shown.trim()}", because a terminal cannot show it as it is.`;
  });
  return printed.filter((line, index) => line === lines[index] || line !== printed[index - 1]);
}
