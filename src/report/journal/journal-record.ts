import { escapeControls } from '../../text/escape.js';

export type JournalField = readonly [name: string, value: string];

/** One entry of the journal, its fields in order. A name may come several times. */
export type JournalRecord = readonly JournalField[];

/** Syslog levels that are used; the numbers are those of `<N>` and of PRIORITY. */
export const PRIORITY = { error: 3, warning: 4, notice: 5, info: 6 } as const;

export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** `journalctl -o json` prints null for a longer field, and no reader needs a longer one. */
const FIELD_BYTES = 4000;

const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * The form that `logger --journald` reads: a field a line, MESSAGE once for each of its lines. logger ends
 * the record at an empty line, takes blanks off the end of a line and starts a new field at a newline; none
 * of these is left in a value, so that no value can end, lose or forge a field.
 */
export function encodeRecord(record: JournalRecord): string {
  return record
    .filter(([name]) => NAME.test(name))
    .flatMap(([name, value]) => linesOf(name, value).map((line) => `${name}=${line}\n`))
    .join('');
}

/** The lines of a value as they are put on the wire, FIELD_BYTES in all. */
function linesOf(name: string, value: string): string[] {
  let room = FIELD_BYTES - name.length;
  const lines: string[] = [];
  for (const text of name === 'MESSAGE' ? value.split('\n') : [value]) {
    if (room <= 0) break;
    const line = cutBytes(escapeControls(text), room);
    room -= Buffer.byteLength(line) + 1;
    lines.push(line.replace(/ $/, '\\x20'));
  }
  return lines;
}

/** The same record for standard error, where journald takes each line for a record of its own. */
export function plainLines(record: JournalRecord): string[] {
  const value = (name: string): string => record.find(([other]) => other === name)?.[1] ?? '';
  const priority = value('PRIORITY');
  return linesOf('MESSAGE', value('MESSAGE')).map((line) => `<${priority}>crio-guard: ${line}`);
}

/** The beginning of a text, no longer than so many bytes of UTF-8, never ending inside a character. */
export function cutBytes(text: string, limit: number, mark = '...'): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const room = Math.max(0, limit - mark.length);
  const bytes = Buffer.from(text);
  let end = room;
  // 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + mark.slice(0, limit);
}
