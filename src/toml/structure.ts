import type { TomlDialect } from './dialect.js';
import { keyName, type TomlKey, type TomlTable, type TomlTables, type TomlValue } from './value.js';

const newTable = (line: number): TomlTable => ({ type: 'table', entries: new Map(), line });

/** Words of a refusal, or nothing when the step was allowed. */
export type Objection = string | undefined;

/**
 * Which table a key belongs to and whether it may be there, by BurntSushi's rules (parser.addContext,
 * setValue, setType). They are looser than TOML's and than @iarna/toml's: a table that came of a dotted key
 * or an inline table may be opened again, and before 1.6 an array may be given twice.
 */
export class TomlStructure {
  readonly root = newTable(1);
  readonly keys: TomlKey[] = [];
  readonly lines = new Map<string, number>();
  readonly replaced: TomlKey[] = [];
  context: readonly string[] = [];
  currentKey = '';
  /** Line of the key or header that was begun last (parser.pos). */
  keyLine = 1;
  private readonly implicit = new Set<string>();
  private readonly arrays = new Set<string>();

  constructor(private readonly dialect: TomlDialect) {}

  /** What a message calls the last key (parser.current). */
  current(): string {
    const context = keyName(this.context);
    if (this.currentKey === '') return context;
    return this.context.length === 0 ? this.currentKey : `${context}.${this.currentKey}`;
  }

  /** `[key]` and `[[key]]`, and what inline tables and dotted keys imply. */
  open(key: readonly string[], asArray: boolean, line: number): Objection {
    let table = this.root;
    const parents: string[] = [];
    for (const part of key.slice(0, -1)) {
      parents.push(part);
      if (!table.entries.has(part)) {
        this.implicit.add(keyName(parents));
        table.entries.set(part, newTable(line));
      }
      const inner = tableIn(table.entries.get(part));
      if (inner === undefined) return `Key '${keyName(parents)}' was already created as a hash.`;
      table = inner;
    }
    this.context = parents;
    const last = key[key.length - 1] ?? '';
    if (asArray) {
      const objection = this.appendTable(table, key, last, line);
      if (objection !== undefined) return objection;
    } else {
      const objection = this.define(last, newTable(line), line);
      if (objection !== undefined) return objection;
    }
    this.context = [...parents, last];
    return undefined;
  }

  /** A table that a dotted key or an inline table makes, and that may still be opened. */
  openImplicit(key: readonly string[], line: number, asArray = false): Objection {
    this.implicit.add(keyName(key));
    return this.open(key, asArray, line);
  }

  private appendTable(parent: TomlTable, key: readonly string[], last: string, line: number): Objection {
    let tables = parent.entries.get(last);
    if (tables === undefined) {
      const made: TomlTables = { type: 'tables', tables: [], line };
      parent.entries.set(last, made);
      tables = made;
    }
    if (tables.type !== 'tables') {
      return `Key '${keyName(key)}' was already created and cannot be used as an array.`;
    }
    tables.tables.push(newTable(line));
    return undefined;
  }

  define(key: string, value: TomlValue, line: number): Objection {
    let table = this.root;
    const path: string[] = [];
    for (const part of this.context) {
      path.push(part);
      const inner = tableIn(table.entries.get(part));
      if (inner === undefined) return `Key '${keyName(path)}' has already been defined.`;
      table = inner;
    }
    path.push(key);
    const name = keyName(path);
    if (table.entries.has(key)) {
      const repeated = this.arrays.has(name) && (this.dialect.arraysMayRepeat || this.implicit.has(name));
      if (!repeated && (this.arrays.has(name) || !this.implicit.has(name))) {
        return `Key '${name}' has already been defined.`;
      }
      const wasImplicit = this.implicit.delete(name);
      if (!repeated) return undefined;
      if (!wasImplicit) this.replaced.push({ path, line });
    }
    table.entries.set(key, value);
    return undefined;
  }

  /** Notes kind and line of the key, or of the table itself for an empty key (parser.setType). */
  note(key: string, isArray: boolean, line: number): void {
    const path = key === '' ? this.context : [...this.context, key];
    const name = path.length === 0 ? '""' : keyName(path);
    if (isArray) this.arrays.add(name);
    else this.arrays.delete(name);
    this.lines.set(name, line);
  }

  /** The table that keys go into now. */
  table(): TomlTable {
    let table = this.root;
    for (const part of this.context) table = tableIn(table.entries.get(part)) ?? table;
    return table;
  }
}

function tableIn(value: TomlValue | undefined): TomlTable | undefined {
  if (value?.type === 'table') return value;
  return value?.type === 'tables' ? value.tables[value.tables.length - 1] : undefined;
}
