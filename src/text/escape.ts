import { lazyCharacterClass } from './unicode-class.js';

/**
 * Text for a terminal or a log: escapes control characters, which forge lines and steer terminals, marks that
 * change the direction of writing, and characters that cannot be seen, such as a zero-width or no-break space
 * that was pasted into a path. A half surrogate becomes U+FFFD, as in UTF-8.
 */
export function escapeControls(text: string): string {
  // Almost every text there is.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return wellFormed(replaceUnseen(text, escape));
}

/** Replaces each character that a reader cannot see, blanks of ASCII excepted. */
export function replaceUnseen(text: string, replacement: (character: string) => string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) =>
    isUnseen(character) ? replacement(character) : character,
  );
}

/** Half a surrogate pair: a string of JavaScript can hold one, UTF-8 cannot. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** The text as UTF-8 carries it. */
export const wellFormed = (text: string): string => text.replace(LONE_SURROGATE, '\ufffd');

const isUnseen = lazyCharacterClass('[\\p{Cc}\\p{Cf}\\p{Z}\\p{Default_Ignorable_Code_Point}]');

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return NAMED[character] ?? `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
