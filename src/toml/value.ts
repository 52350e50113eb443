import { goQuote } from '../text/go-text.js';
import type { TomlDialect } from './dialect.js';

/** A TOML value with the line its key's table of lines names (BurntSushi parser.keyInfo). */
export type TomlValue =
  | { readonly type: 'string'; readonly value: string; readonly line: number }
  | { readonly type: 'integer'; readonly value: bigint; readonly line: number }
  | { readonly type: 'float'; readonly line: number }
  | { readonly type: 'boolean'; readonly value: boolean; readonly line: number }
  | { readonly type: 'datetime'; readonly line: number }
  | { readonly type: 'array'; readonly items: readonly TomlValue[]; readonly line: number }
  | TomlTables
  | TomlTable;

/** A table. A Map, so that no key (`__proto__`, `constructor`) can reach an object's prototype. */
export interface TomlTable {
  readonly type: 'table';
  readonly entries: Map<string, TomlValue>;
  readonly line: number;
}

/** What `[[name]]` makes. */
export interface TomlTables {
  readonly type: 'tables';
  readonly tables: TomlTable[];
  readonly line: number;
}

/** A key as it stands in the file, with all its parts, and the line of its value or header. */
export interface TomlKey {
  readonly path: readonly string[];
  readonly line: number;
}

export interface TomlDocument {
  readonly root: TomlTable;
  /** Every header and every key, in the order of the file. */
  readonly keys: readonly TomlKey[];
  /** BurntSushi's own table of lines, by {@link keyName}: it is what its type errors point at. */
  readonly lines: ReadonlyMap<string, number>;
  /** Keys whose earlier value was dropped without a warning; BurntSushi before 1.6 does that with arrays. */
  readonly replaced: readonly TomlKey[];
}

/** Why BurntSushi refuses a file. */
export interface TomlRefusal {
  readonly line: number | undefined;
  /** As in its message: the table, or the key, that was being read; empty when none was. */
  readonly lastKey: string;
  /** Its words after line and key. */
  readonly words: string;
}

export type TomlResult =
  | { readonly kind: 'document'; readonly document: TomlDocument }
  | { readonly kind: 'refused'; readonly refusal: TomlRefusal }
  /** Only the installed CRI-O can decide. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * The name Go's %T gives the value.
 *
 * @param anyType how the message spells the empty interface
 */
export function goTypeName(value: TomlValue, anyType: TomlDialect['anyType']): string {
  switch (value.type) {
    case 'string':
      return 'string';
    case 'integer':
      return 'int64';
    case 'float':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'datetime':
      return 'time.Time';
    case 'array':
      return `[]${anyType}`;
    case 'tables':
      return `[]map[string]${anyType}`;
    case 'table':
      return `map[string]${anyType}`;
  }
}

const BARE = /^[A-Za-z0-9_-]+$/;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** A dotted key with the parts quoted that need it (BurntSushi Key.String). */
export function keyName(path: readonly string[]): string {
  return path.map(quotePart).join('.');
}

function quotePart(part: string): string {
  if (BARE.test(part)) return part;
  const escaped = part.replace(/["\\\x00-\x1f\x7f]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return SHORT_ESCAPES[character] ?? `\\u${code}`;
  });
  return `"${escaped}"`;
}

/** BurntSushi ParseError.Error. */
export function refusalMessage(refusal: TomlRefusal): string {
  const where = refusal.line === undefined ? '' : `line ${refusal.line} `;
  const key = refusal.lastKey === '' ? '' : `(last key ${goQuote(refusal.lastKey)})`;
  return `toml: ${`${where}${key}`.trimEnd()}: ${refusal.words}`;
}
