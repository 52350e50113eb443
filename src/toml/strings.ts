import { goQuote } from '../text/go-text.js';
import { code, END, isHexadecimal, isNewline, type TomlCursor } from './cursor.js';

/** Reads the value of a basic string with its quotes; `undefined` when the parser does not take it. */
export type ReadString = (literal: string) => string | undefined;

const STRING_NEWLINE = 'strings cannot contain newlines';
const SIMPLE_ESCAPES = new Set(Array.from('btnfr" \t\\', code));
const DIGITS: Readonly<Record<string, [number, string]>> = { x: [2, 'two'], u: [4, 'four'], U: [8, 'eight'] };

/** The rest of a string on one line, its opening quote being read (lexString, lexRawString). */
export function readLine(cursor: TomlCursor, quote: '"' | "'", read: ReadString): string | undefined {
  const start = cursor.position;
  for (;;) {
    const character = cursor.next();
    if (character === END) return refuse(cursor, `unexpected EOF; expected ${quote === '"' ? `'"'` : `"'"`}`);
    if (cursor.hasFailed()) return undefined;
    if (isNewline(character)) {
      cursor.failBefore(STRING_NEWLINE);
      return undefined;
    }
    if (character === code(quote)) break;
    if (quote === '"' && character === code('\\') && !readEscape(cursor, start)) return undefined;
  }
  const raw = cursor.text.slice(start, cursor.position - 1);
  return quote === '"' ? unescape(cursor, raw, '"', read) : raw;
}

/** The rest of a string in three quotes (lexMultilineString, lexMultilineRawString). */
export function readLines(cursor: TomlCursor, quote: '"' | "'", read: ReadString): string | undefined {
  const start = cursor.position;
  const closing = quote.repeat(3);
  for (;;) {
    const character = cursor.next();
    if (character === END) {
      return refuse(cursor, `unexpected EOF; expected ${quote === '"' ? `'${closing}'` : `"${closing}"`}`);
    }
    if (cursor.hasFailed()) return undefined;
    if (quote === '"' && character === code('\\')) {
      if (isNewline(cursor.peek())) continue;
      if (!readEscape(cursor, start)) return undefined;
    } else if (character === code(quote) && cursor.text.startsWith(quote.repeat(2), cursor.position)) {
      cursor.position += 2;
      if (cursor.peek() !== code(quote)) break;
      const read = cursor.text.slice(start, cursor.position);
      if (read.endsWith(quote.repeat(5)) && !(quote === '"' && read.endsWith('\\"""""'))) {
        return refuse(cursor, quote === '"' ? `unexpected '""""""'` : `unexpected "''''''"`);
      }
      cursor.position -= 2;
    }
  }
  const raw = cursor.text.slice(start, cursor.position - 3);
  if (quote === '"' && raw.includes('\\')) return unescape(cursor, raw, closing, read);
  return raw.replace(/^\r?\n/, '');
}

function refuse(cursor: TomlCursor, words: string): undefined {
  cursor.fail(words);
  return undefined;
}

/** One escape, its backslash being read (lexStringEscape and those after it). */
function readEscape(cursor: TomlCursor, start: number): boolean {
  const character = cursor.next();
  if (SIMPLE_ESCAPES.has(character)) return true;
  const letter = character > 0 ? String.fromCodePoint(character) : '';
  if (letter === 'e' && cursor.dialect.toml11) return true;
  const digits = DIGITS[letter];
  if (digits === undefined || (letter === 'x' && !cursor.dialect.toml11)) {
    cursor.failCharacter(`invalid escape in string '\\${letter === '' ? '\0' : letter}'`);
    return false;
  }
  for (let index = 0; index < digits[0]; index++) {
    if (isHexadecimal(cursor.next())) continue;
    const seen = goQuote(cursor.text.slice(start, cursor.position));
    cursor.fail(`expected ${digits[1]} hexadecimal digits after '\\${letter}', but got ${seen} instead`);
    return false;
  }
  return true;
}

const ESCAPE = /\\(?:[ \t\r]*\n|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g;

/** Lets the parser decode the escapes, after those it does not know were written in ways it does. */
function unescape(cursor: TomlCursor, raw: string, quote: string, read: ReadString): string | undefined {
  if (!raw.includes('\\')) return raw;
  let words: string | undefined;
  const known = raw.replace(
    ESCAPE,
    (whole: string, x?: string, u?: string, long?: string, letter?: string) => {
      const digits = x ?? u ?? long;
      if (digits !== undefined) {
        const value = Number.parseInt(digits, 16);
        if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
          words ??= `Escaped character '\\u${digits}' is not valid UTF-8.`;
        }
        return x === undefined ? whole : `\\u00${x}`;
      }
      if (letter === ' ' || letter === '\t') words ??= `invalid escape: '\\${letter}'`;
      return letter === 'e' ? '\\u001b' : whole;
    },
  );
  if (words !== undefined) return refuse(cursor, words);
  return read(`${quote}${known}${quote}`);
}
