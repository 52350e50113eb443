import { code, END, isBlank, isDigit, isNewline, isSpace, type TomlCursor } from './cursor.js';
import { readNumber, readWord } from './scalars.js';
import { readLine, readLines, type ReadString } from './strings.js';
import type { Objection, TomlStructure } from './structure.js';
import type { TomlValue } from './value.js';

/** Deeper nesting is not followed: our stack must not be the limit of what CRI-O is said to take. */
const DEPTH_LIMIT = 200;
/** Parts of a key with its tables: each part costs a walk from the root, and CRI-O's own keys have three. */
const KEY_LIMIT = 100;
const INLINE_NEWLINE = 'newlines not allowed within inline tables';

/** BurntSushi's runeOrEOF. */
const named = (character: number): string =>
  character === END ? 'end of file' : `'${character < 0 ? '\0' : String.fromCodePoint(character)}'`;

/** Reads what stands behind an equals sign. Arrays and inline tables hold values and keys again. */
export abstract class TomlValueReader {
  tooDeep = false;
  private depth = 0;

  constructor(
    protected readonly cursor: TomlCursor,
    protected readonly structure: TomlStructure,
    protected readonly readString: ReadString,
  ) {}

  protected abstract readKeyValue(isInline: boolean): TomlValue | undefined;

  /** lexValue */
  protected readValue(parentIsArray: boolean): TomlValue | undefined {
    const { cursor } = this;
    cursor.skip(isBlank);
    const character = cursor.next();
    if (isDigit(character)) return readNumber(cursor, character);
    switch (character) {
      case code('['):
      case code('{'):
        if (++this.depth > DEPTH_LIMIT) return this.refuseDepth();
        return this.leave(character === code('[') ? this.readArray() : this.readInlineTable(parentIsArray));
      case code('"'):
        return this.readQuoted('"');
      case code("'"):
        return this.readQuoted("'");
      case code('.'):
        cursor.fail("floats must start with a digit, not '.'");
        return undefined;
      case code('-'):
      case code('+'):
        return readNumber(cursor, character);
      default:
        return readWord(cursor, character);
    }
  }

  /** Whether a key with so many parts, in its context, is followed. */
  protected isFollowed(key: readonly string[]): boolean {
    if (this.structure.context.length + key.length <= KEY_LIMIT) return true;
    this.refuseDepth();
    return false;
  }

  private refuseDepth(): undefined {
    this.tooDeep = true;
    this.cursor.fail('nested too deeply');
    return undefined;
  }

  private leave(value: TomlValue | undefined): TomlValue | undefined {
    this.depth--;
    return value;
  }

  private readQuoted(quote: '"' | "'"): TomlValue | undefined {
    const { cursor } = this;
    let isLong = false;
    if (cursor.accept(quote)) {
      isLong = cursor.accept(quote);
      if (!isLong) cursor.position--;
    }
    const value = (isLong ? readLines : readLine)(cursor, quote, this.readString);
    return value === undefined ? undefined : { type: 'string', value, line: cursor.line };
  }

  /** lexArrayValue, lexArrayValueEnd, parser.valueArray */
  private readArray(): TomlValue | undefined {
    const { cursor, structure } = this;
    const line = cursor.line;
    structure.note(structure.currentKey, true, line);
    const items: TomlValue[] = [];
    for (;;) {
      const first = this.nextInside(true);
      if (first === code(']')) break;
      if (first === code(',')) cursor.fail('unexpected comma');
      cursor.back();
      const item = this.readValue(true);
      if (item === undefined) return undefined;
      items.push(item);
      const after = this.nextInside(true);
      if (after === code(']')) break;
      if (after !== code(',')) {
        cursor.fail(`expected a comma (',') or array terminator (']'), but got ${named(after)}`);
        return undefined;
      }
    }
    return { type: 'array', items, line };
  }

  /** lexInlineTableValue, lexInlineTableValueEnd, parser.valueInlineTable */
  private readInlineTable(parentIsArray: boolean): TomlValue | undefined {
    const { cursor, structure } = this;
    const { toml11 } = cursor.dialect;
    const outer = { context: structure.context, key: structure.currentKey };
    structure.context = [...outer.context, outer.key];
    structure.currentKey = '';
    if (!this.allowed(structure.openImplicit(structure.context, cursor.line, parentIsArray)))
      return undefined;
    const table = structure.table();
    let character = this.nextInside(toml11);
    while (character !== code('}')) {
      if (isNewline(character)) cursor.failBefore(INLINE_NEWLINE);
      if (character === code(',')) cursor.fail('unexpected comma');
      cursor.back();
      if (this.readKeyValue(true) === undefined) return undefined;
      character = this.nextInside(toml11);
      if (isNewline(character)) cursor.failBefore(INLINE_NEWLINE);
      if (character === code('}')) break;
      if (character !== code(',')) {
        const got = named(character);
        cursor.fail(`expected a comma or an inline table terminator '}', but got ${got} instead`);
        return undefined;
      }
      cursor.skip(isBlank);
      if (cursor.peek() === code('}') && !toml11) {
        cursor.fail('trailing comma not allowed in inline tables');
        return undefined;
      }
      character = this.nextInside(toml11);
    }
    structure.context = outer.context;
    structure.currentKey = outer.key;
    return table;
  }

  /** The next character in brackets after blanks, comments and, where they are allowed, newlines. */
  private nextInside(newlines: boolean): number {
    const { cursor } = this;
    for (;;) {
      cursor.skip(newlines ? isSpace : isBlank);
      const character = cursor.next();
      if (character !== code('#')) return character;
      this.skipComment();
    }
  }

  /** The line of a key's first part is the one that messages about the key name. */
  protected readonly begun = (line: number): void => {
    this.structure.keyLine = line;
  };

  protected skipComment(): void {
    this.cursor.skip((character) => character >= 0 && !isNewline(character));
  }

  protected allowed(objection: Objection): boolean {
    if (objection === undefined) return true;
    this.cursor.failAt(this.structure.keyLine, objection);
    return false;
  }
}
