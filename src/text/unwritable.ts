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

/** The first name in the text that cannot be written there, and why. */
export function unwritableIn(text: string): { readonly name: string; readonly why: string } | undefined {
  const [, name, why] = UNWRITABLE.exec(text) ?? [];
  return name === undefined || why === undefined ? undefined : { name, why };
}
