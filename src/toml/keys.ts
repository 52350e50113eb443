import { code, END, isBare, isBareOrLetter, isBlank, shown, type TomlCursor } from './cursor.js';
import { readLine, type ReadString } from './strings.js';

/** Told the line of a key's first part. */
export type Begun = (line: number) => void;

const TABLE_NAME_EMPTY = '(table names cannot be empty)';

/** lexTableNameStart, lexTableNameEnd: up to and with the closing bracket. */
export function readTableName(cursor: TomlCursor, read: ReadString, begun: Begun): string[] | undefined {
  const key: string[] = [];
  for (;;) {
    cursor.skip(isBlank);
    const first = cursor.peek();
    if (first === code(']') || first === END) {
      cursor.fail(`unexpected end of table name ${TABLE_NAME_EMPTY}`);
      return undefined;
    }
    if (first === code('.')) cursor.fail(`unexpected table separator ${TABLE_NAME_EMPTY}`);
    const part = readPart(cursor, read, key.length === 0 ? begun : undefined);
    if (part === undefined) return undefined;
    key.push(part);
    cursor.skip(isBlank);
    const character = cursor.next();
    if (character === code(']')) return key;
    if (character === code('.')) continue;
    cursor.fail(`expected '.' or ']' to end table name, but got ${shown(character)} instead`);
    return undefined;
  }
}

/** lexKeyStart, lexKeyNameStart, lexKeyEnd: up to and with the equals sign. */
export function readKey(cursor: TomlCursor, read: ReadString, begun: Begun): string[] | undefined {
  const key: string[] = [];
  for (;;) {
    cursor.skip(isBlank);
    const first = cursor.peek();
    const isFirst = key.length === 0;
    if (first === code('=') || first === END) {
      cursor.fail(`unexpected '='${isFirst ? ': key name appears blank' : ''}`);
    }
    if (first === code('.')) {
      cursor.fail(`unexpected '.'${isFirst ? ": keys cannot start with a '.'" : ''}`);
    }
    const part = readPart(cursor, read, isFirst ? begun : undefined);
    if (part === undefined) return undefined;
    key.push(part);
    cursor.skip(isBlank);
    const character = cursor.next();
    if (character === code('=')) return key;
    if (character === code('.')) continue;
    const words = `expected '.' or '=', but got ${shown(character)} instead`;
    if (character === END) cursor.fail("unexpected EOF; expected key separator '='");
    else if (character === code('\n') && cursor.dialect.countsLineOfNewline) cursor.failBefore(words);
    else cursor.fail(words);
    return undefined;
  }
}

/** lexQuotedName or lexBareName. */
function readPart(cursor: TomlCursor, read: ReadString, begun: Begun | undefined): string | undefined {
  if (cursor.hasFailed()) return undefined;
  let part: string | undefined;
  if (cursor.accept('"')) part = readLine(cursor, '"', read);
  else if (cursor.accept("'")) part = readLine(cursor, "'", read);
  else {
    const start = cursor.position;
    cursor.skip(cursor.dialect.letterKeys ? isBareOrLetter : isBare);
    part = cursor.text.slice(start, cursor.position);
  }
  if (cursor.hasFailed()) return undefined;
  begun?.(cursor.line);
  return part;
}
