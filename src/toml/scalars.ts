import { goQuote, isLetter } from '../text/go-text.js';
import { code, END, FAILED, isDigit, isHexadecimal, shown, type TomlCursor } from './cursor.js';
import type { TomlValue } from './value.js';

const among = (characters: string, digits = isDigit) => {
  const extra = new Set(Array.from(characters, code));
  return (character: number): boolean => digits(character) || extra.has(character);
};

const isDatePart = among('-:Tt .Zz+');
const isFloatPart = among('_.-+eE');
const isDecimal = among('_');
const isWordPart = (character: number): boolean => character > 0 && isLetter(String.fromCodePoint(character));
const BASES: Readonly<Record<string, [RegExp, string]>> = {
  b: [/[01]/, 'a binary'],
  o: [/[0-7]/, 'an octal'],
  x: [/[0-9a-fA-F]/, 'a hexadecimal'],
};

/** A number, a date or a time that starts with a digit or a sign (lexNumberOrDateStart and after it). */
export function readNumber(cursor: TomlCursor, first: number): TomlValue | undefined {
  const start = cursor.position - 1;
  if (first === code('+') || first === code('-')) {
    const digit = cursor.next();
    if (digit === code('i') || digit === code('n')) return readSignedName(cursor, start, digit);
    if (digit === code('0')) {
      const base = cursor.peek();
      if (base === code('b') || base === code('o') || base === code('x')) {
        const text = cursor.text.slice(start, cursor.position + 1);
        return refuse(cursor, `cannot use sign with non-decimal numbers: '${text}'`);
      }
    }
    if (digit === code('.')) return refuse(cursor, "floats must start with a digit, not '.'");
    if (!isDigit(digit)) return refuse(cursor, `expected a digit but got ${shown(digit)}`);
    return decimalOrFloat(cursor, start);
  }
  if (first === code('0')) {
    const base = cursor.peek();
    const known = base > 0 ? BASES[String.fromCodePoint(base)] : undefined;
    if (known !== undefined) return inBase(cursor, start, known[0], known[1]);
  }
  for (;;) {
    const character = cursor.next();
    if (isDigit(character)) continue;
    const isDate = character === code('-') || character === code(':');
    // "0-" and "0:" are an integer and something after it: a date starts with two digits.
    if (isDate && !(first === code('0') && cursor.position - start === 2)) {
      cursor.skip(isDatePart);
      return date(cursor, start);
    }
    cursor.back();
    return decimalOrFloat(cursor, start);
  }
}

function decimalOrFloat(cursor: TomlCursor, start: number): TomlValue | undefined {
  cursor.skip(isDecimal);
  const character = cursor.peek();
  if (character === code('.') || character === code('e') || character === code('E')) {
    cursor.skip(isFloatPart);
    return float(cursor, start);
  }
  return integer(cursor, start);
}

function inBase(cursor: TomlCursor, start: number, digits: RegExp, name: string): TomlValue | undefined {
  cursor.next();
  const first = cursor.peek();
  const isOne = (character: number): boolean => character > 0 && digits.test(String.fromCodePoint(character));
  if (!isOne(first)) {
    const text = cursor.text.slice(start, cursor.position) + (first > 0 ? String.fromCodePoint(first) : '\0');
    return refuse(cursor, `not ${name} number: '${text}'`.replace('hexadecimal', cursor.dialect.hexadecimal));
  }
  cursor.skip((character) => isOne(character) || character === code('_'));
  return integer(cursor, start);
}

/** parser.valueInteger */
function integer(cursor: TomlCursor, start: number): TomlValue | undefined {
  if (cursor.hasFailed()) return undefined;
  const text = cursor.text.slice(start, cursor.position);
  if (!underscoresAreBetweenDigits(text)) {
    return refuse(cursor, `Invalid integer ${goQuote(text)}: underscores must be surrounded by digits`);
  }
  if (hasLeadingZero(text)) {
    return refuse(cursor, `Invalid integer ${goQuote(text)}: cannot have leading zeroes`);
  }
  const value = BigInt(text.replace(/_/g, '').replace(/^[+-]/, '')) * (text.startsWith('-') ? -1n : 1n);
  if (BigInt.asIntN(64, value) !== value) return refuse(cursor, `${text} is out of range for int64`);
  return { type: 'integer', value, line: cursor.line };
}

/** parser.valueFloat */
function float(cursor: TomlCursor, start: number): TomlValue | undefined {
  if (cursor.hasFailed()) return undefined;
  const text = cursor.text.slice(start, cursor.position);
  const parts = text.split(/[.eE]/).filter((part) => part !== '');
  if (!parts.every(underscoresAreBetweenDigits)) {
    return refuse(cursor, `Invalid float ${goQuote(text)}: underscores must be surrounded by digits`);
  }
  if (hasLeadingZero(parts[0] ?? '')) {
    return refuse(cursor, `Invalid float ${goQuote(text)}: cannot have leading zeroes`);
  }
  if (/\.(?!\d)/.test(text)) {
    return refuse(cursor, `Invalid float ${goQuote(text)}: '.' must be followed by one or more digits`);
  }
  const plain = text.replace(/_/g, '');
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain)) {
    return refuse(cursor, `Invalid float value: ${goQuote(text)}`);
  }
  if (!Number.isFinite(Number(plain))) return refuse(cursor, `${text} is out of range for float64`);
  return { type: 'float', line: cursor.line };
}

function underscoresAreBetweenDigits(text: string): boolean {
  let digit = false;
  for (const character of text) {
    if (character === '_' && !digit) return false;
    digit = isHexadecimal(code(character));
  }
  return digit;
}

function hasLeadingZero(text: string): boolean {
  return /^0[^box]/.test(text) || /^[+-]0./.test(text);
}

const DATE = /^\d{4}-(\d\d)-(\d\d)/;
const TIME = /^([01]\d|2[0-3]|\d(?=:)):[0-5]\d(:[0-5]\d(\.\d+)?)?$/;
const ZONE = /(?:Z|[+-](?:[01]\d|2[0-4]):(?:[0-5]\d|60))$/;

/** parser.valueDatetime: Go's time.Parse, which knows how many days a month has. */
function date(cursor: TomlCursor, start: number): TomlValue | undefined {
  if (cursor.hasFailed()) return undefined;
  const text = cursor.text.slice(start, cursor.position).trim();
  const written = text.replace(/z/g, 'Z').replace(/[t ]/g, 'T');
  const day = DATE.exec(written);
  let time = day === null ? written : written.slice(10);
  let valid = true;
  if (day !== null) {
    const lastDay = new Date(Date.UTC(2000, Number(day[1]), 0)).getUTCDate();
    const year = Number(written.slice(0, 4));
    const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = day[1] === '02' && !isLeap ? 28 : lastDay;
    valid = Number(day[1]) >= 1 && Number(day[1]) <= 12 && Number(day[2]) >= 1 && Number(day[2]) <= days;
    if (time !== '' && !time.startsWith('T')) valid = false;
    time = time === '' ? '' : time.slice(1).replace(ZONE, '');
    if (time === '' && written.length > 10) valid = false;
  }
  if (day === null || time !== '') {
    const parts = TIME.exec(time);
    valid &&= parts !== null && (parts[2] !== undefined || cursor.dialect.toml11);
    valid &&= parts?.[1]?.length === 2 || cursor.dialect.oneDigitHours;
  }
  if (!valid) {
    const { datetimeWords } = cursor.dialect;
    const end = datetimeWords === 'Invalid TOML Datetime' ? '.' : '';
    return refuse(cursor, `${datetimeWords}: ${goQuote(written)}${end}`);
  }
  return { type: 'datetime', line: cursor.line };
}

function readSignedName(cursor: TomlCursor, start: number, first: number): TomlValue | undefined {
  const rest = first === code('i') ? 'nf' : 'an';
  if (!cursor.accept(rest.charAt(0)) || !cursor.accept(rest.charAt(1))) {
    return refuse(cursor, `invalid float: '${cursor.text.slice(start, cursor.position)}'`);
  }
  return { type: 'float', line: cursor.line };
}

/** `true`, `false`, `inf`, `nan`, or what is none of them (lexValue, lexBool). */
export function readWord(cursor: TomlCursor, first: number): TomlValue | undefined {
  if (first === code('i') || first === code('n')) {
    if ((cursor.accept('n') && cursor.accept('f')) || (cursor.accept('a') && cursor.accept('n'))) {
      return { type: 'float', line: cursor.line };
    }
  }
  if (!isWordPart(first)) {
    if (first === END) return refuse(cursor, 'unexpected EOF; expected value');
    if (first === FAILED) return undefined;
    const words = `expected value but found ${shown(first)} instead`;
    if (first === code('\n') && cursor.dialect.countsLineOfNewline) cursor.failBefore(words);
    else cursor.fail(words);
    return undefined;
  }
  cursor.back();
  const start = cursor.position;
  cursor.skip(isWordPart);
  if (cursor.hasFailed()) return undefined;
  const word = cursor.text.slice(start, cursor.position);
  if (word === 'true' || word === 'false') {
    return { type: 'boolean', value: word === 'true', line: cursor.line };
  }
  return refuse(cursor, `expected value but found ${goQuote(word)} instead`);
}

function refuse(cursor: TomlCursor, words: string): undefined {
  cursor.fail(words);
  return undefined;
}
