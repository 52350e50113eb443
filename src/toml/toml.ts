import { CONFIGURATION_LIMIT } from '../host/host.js';
import { TomlCursor, type ForbiddenCharacter } from './cursor.js';
import { readsAlike } from './agreement.js';
import type { TomlDialect } from './dialect.js';
import { TomlReader } from './reader.js';
import type { ReadString } from './strings.js';
import { TomlStructure } from './structure.js';
import type { TomlResult } from './value.js';
import { decodeLossy, decodeStrict } from '../text/utf8.js';

/**
 * Reads TOML as the BurntSushi library of a CRI-O version does, down to line, key and words of a refusal.
 *
 * Two readers share the work, and have to agree. What CRI-O refuses, and which table a key belongs to, is
 * decided by its library's rules: @iarna/toml differs there in both directions (it wraps integers, rolls dates
 * over, accepts bytes that are not UTF-8, and refuses tables that are opened twice). Where both accept a file,
 * they must agree on every value, or the file is unknown; where only CRI-O's library accepts it, its rules
 * decide. @iarna/toml always decodes the escapes.
 *
 * @param content the bytes of the file
 * @returns the document, the refusal, or `unknown` where only CRI-O itself can decide
 */
export function parseToml(content: Uint8Array, dialect: TomlDialect): Promise<TomlResult> {
  const ofContent = results.get(content) ?? new Map<string, Promise<TomlResult>>();
  results.set(content, ofContent);
  const key = JSON.stringify(dialect);
  const result = ofContent.get(key) ?? parseOnce(content, dialect);
  ofContent.set(key, result);
  return result;
}

/** By content and dialect. A look gives everyone the same bytes of a file, and a start reads its configuration twice. */
const results = new WeakMap<Uint8Array, Map<string, Promise<TomlResult>>>();

async function parseOnce(content: Uint8Array, dialect: TomlDialect): Promise<TomlResult> {
  if (content.length > CONFIGURATION_LIMIT) {
    return { kind: 'unknown', why: `it is larger than ${CONFIGURATION_LIMIT} bytes` };
  }
  const bytes = withoutByteOrderMark(content);
  // parse: six bytes, not characters, so that UTF-16 is distinguished from a stray NUL.
  if (bytes.subarray(0, 6).includes(0)) {
    const words = 'files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8';
    return { kind: 'refused', refusal: { line: 1, lastKey: '', words } };
  }
  const decoded = decode(bytes);
  const { default: parse } = await import('@iarna/toml/parse-string.js');
  const ours = read(decoded.text, dialect, forbiddenCharacter(decoded, dialect), stringReader(parse));
  if (ours.kind !== 'document') return ours;
  // `[constructor]` and the like make @iarna/toml write into the built-in objects of that name.
  const isLeaky = ours.document.keys.some(({ path }) => path.some((name) => name in Object.prototype));
  const theirs = isLeaky ? undefined : tryParse(parse, decoded.text);
  if (theirs === undefined || readsAlike(ours.document.root, theirs)) return ours;
  return { kind: 'unknown', why: 'two readers of TOML do not read the same out of it' };
}

type Parse = (text: string) => Record<string, unknown>;

/** It throws where it refuses a text; that alone says nothing about CRI-O. */
function tryParse(parse: Parse, text: string): Record<string, unknown> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function read(
  text: string,
  dialect: TomlDialect,
  forbidden: ForbiddenCharacter | undefined,
  readString: ReadString,
): TomlResult {
  const cursor = new TomlCursor(text, dialect, forbidden);
  const structure = new TomlStructure(dialect);
  const unreadable: string[] = [];
  const reader = new TomlReader(cursor, structure, (literal) => {
    const value = readString(literal);
    if (value === undefined) {
      unreadable.push(literal);
      cursor.fail('unreadable');
    }
    return value;
  });
  const complete = reader.readDocument();
  if (reader.tooDeep) return { kind: 'unknown', why: 'its keys or values are nested too deeply' };
  if (unreadable.length > 0)
    return { kind: 'unknown', why: `a string on line ${cursor.line} could not be read` };
  if (!complete) {
    const { line, words } = cursor.failure ?? { line: cursor.line, words: '' };
    const lastKey = structure.current();
    return { kind: 'refused', refusal: { line, lastKey, words } };
  }
  const { root, keys, lines, replaced } = structure;
  return { kind: 'document', document: { root, keys, lines, replaced } };
}

/** A string that it refuses makes the file unknown. */
function stringReader(parse: Parse): ReadString {
  return (literal) => {
    const value = tryParse(parse, `v=${literal}`)?.['v'];
    return typeof value === 'string' ? value : undefined;
  };
}

const BYTE_ORDER_MARKS = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  const mark = BYTE_ORDER_MARKS.find((candidate) => candidate.every((byte, index) => bytes[index] === byte));
  return mark === undefined ? bytes : bytes.subarray(mark.length);
}

interface Decoded {
  readonly text: string;
  /** Where the first byte stands that is not UTF-8. */
  readonly invalid?: { readonly at: number; readonly byte: number };
}

function decode(bytes: Uint8Array): Decoded {
  const valid = decodeStrict(bytes);
  if (valid !== undefined) return { text: valid };
  const text = decodeLossy(bytes);
  const encoder = new TextEncoder();
  let offset = 0;
  let at = 0;
  for (const character of text) {
    const encoded = encoder.encode(character);
    const isSame = encoded.every((byte, index) => bytes[offset + index] === byte);
    if (!isSame) return { text, invalid: { at, byte: bytes[offset] ?? 0 } };
    offset += encoded.length;
    at += character.length;
  }
  return { text };
}

/** lexer.next: control characters, a carriage return alone, bytes that are not UTF-8. */
function forbiddenCharacter(decoded: Decoded, dialect: TomlDialect): ForbiddenCharacter | undefined {
  const { text, invalid } = decoded;
  const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/.exec(text);
  const replacement = dialect.refusesReplacementCharacter ? text.indexOf('\ufffd') : -1;
  const found: ForbiddenCharacter[] = [];
  if (control !== null) {
    const hexadecimal = control[0].charCodeAt(0).toString(16).padStart(2, '0');
    const words = `TOML files cannot contain control characters: '0x${hexadecimal}'`;
    found.push({ at: control.index, words });
  }
  if (replacement >= 0) found.push({ at: replacement, words: 'invalid UTF-8 byte: 0xef' });
  if (invalid !== undefined) {
    found.push({ at: invalid.at, words: `invalid UTF-8 byte: 0x${invalid.byte.toString(16)}` });
  }
  // The invalid byte shows as U+FFFD too, and stands last for the same place so that it wins.
  return found.reduce<ForbiddenCharacter | undefined>(
    (first, next) => (first === undefined || next.at <= first.at ? next : first),
    undefined,
  );
}
