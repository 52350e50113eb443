import { code, END, isBlank, isNewline, isSpace, shown } from './cursor.js';
import { readKey, readTableName } from './keys.js';
import type { TomlValue } from './value.js';
import { TomlValueReader } from './value-reader.js';

/**
 * Reads a file in the order in which BurntSushi reads it, so that of several faults the same one is met
 * first. Every method answers false or undefined after a refusal, which stands in the cursor.
 */
export class TomlReader extends TomlValueReader {
  /** lexTop, parser.topLevel */
  readDocument(): boolean {
    const { cursor } = this;
    for (;;) {
      cursor.skip(isSpace);
      const character = cursor.next();
      if (character === END) return true;
      let done: boolean;
      if (character === code('#')) {
        this.skipComment();
        done = !cursor.hasFailed();
      } else if (character === code('[')) {
        done = this.readHeader() && this.readLineEnd();
      } else {
        cursor.back();
        done = this.readKeyValue(false) !== undefined && this.readLineEnd();
      }
      if (!done) return false;
    }
  }

  /** lexTopEnd */
  private readLineEnd(): boolean {
    const { cursor } = this;
    cursor.skip(isBlank);
    const character = cursor.next();
    if (character === END || isNewline(character)) return !cursor.hasFailed();
    if (character === code('#')) this.skipComment();
    else {
      const got = shown(character);
      cursor.fail(`expected a top-level item to end with a newline, comment, or EOF, but got ${got} instead`);
    }
    return !cursor.hasFailed();
  }

  /** `[name]` or `[[name]]`, the first bracket being read. */
  private readHeader(): boolean {
    const { cursor, structure } = this;
    const line = cursor.line;
    const isArray = cursor.accept('[');
    const key = readTableName(this.cursor, this.readString, this.begun);
    if (key === undefined || !this.isFollowed(key)) return false;
    if (isArray) {
      const character = cursor.next();
      if (character !== code(']')) {
        cursor.fail(`expected end of table array name delimiter ']', but got ${shown(character)} instead`);
        return false;
      }
    }
    if (!this.allowed(structure.open(key, isArray, line))) return false;
    structure.note('', false, line);
    structure.keys.push({ path: key, line });
    return true;
  }

  /** A key with its value, at the top or in an inline table, where the key's line counts and not the value's. */
  protected override readKeyValue(isInline: boolean): TomlValue | undefined {
    const { cursor, structure } = this;
    const startLine = cursor.line;
    const key = readKey(cursor, this.readString, this.begun);
    if (key === undefined || !this.isFollowed(key)) return undefined;
    const outer = structure.context;
    structure.currentKey = key[key.length - 1] ?? '';
    for (const part of key.slice(0, -1)) {
      if (!this.allowed(structure.openImplicit([...structure.context, part], cursor.line))) return undefined;
    }
    cursor.skip(isBlank);
    const valueLine = cursor.line;
    const value = this.readValue(false);
    if (value === undefined) return undefined;
    const line = isInline
      ? startLine
      : value.type === 'array' || value.type === 'table'
        ? valueLine
        : value.line;
    const last = key[key.length - 1] ?? '';
    structure.keys.push({ path: [...structure.context, last], line });
    if (!this.allowed(structure.define(last, value, line))) return undefined;
    structure.note(last, value.type === 'array', line);
    structure.context = outer;
    // In an inline table the messages go on naming the key that was read last.
    if (!isInline) structure.currentKey = '';
    return value;
  }
}
