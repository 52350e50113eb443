import { wellFormed } from './escape.js';
import { lazyCharacterClass } from './unicode-class.js';

// Text as Go's standard library sees it; CRI-O's messages and splits depend on it.

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** `%q` of a string: strconv.Quote. Half a surrogate pair is U+FFFD by the time that Go reads it. */
export function goQuote(text: string): string {
  let quoted = '';
  for (const character of wellFormed(text)) quoted += character === '"' ? '\\"' : escaped(character);
  return `"${quoted}"`;
}

/** `%q` of a rune: strconv.QuoteRune. */
export function goQuoteRune(character: string): string {
  return character === "'" ? "'\\''" : `'${escaped(character)}'`;
}

function escaped(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return short;
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** strconv.IsPrint. */
const isPrintable = lazyCharacterClass('[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]');

/** unicode.IsLetter. */
export const isLetter = lazyCharacterClass('\\p{L}');

const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

/** strings.TrimSpace: other than String.prototype.trim it keeps a byte order mark and drops U+0085. */
export function goTrimSpace(text: string): string {
  return text.replace(AROUND, '');
}

/** A key that strings.EqualFold finds equal to an ASCII name; beside A-Z only U+017F and U+212A fold there. */
export function foldKey(key: string): string {
  return key
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/\u017f/g, 's')
    .replace(/\u212a/g, 'k');
}

/** strconv.ParseBool. */
export function goParseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}
