import { isBehaviourName, type BehaviourName } from '../installed-crio/version-table.js';

/** A Go type that a TOML value is decoded into. */
export type FieldType =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'uint32'
  | 'duration'
  | 'strings'
  | StructType
  | { readonly kind: 'map'; readonly of: FieldType };

export interface StructType {
  readonly kind: 'struct';
  /** Go's name of the type as its error prints it; without one the words are not known to the letter. */
  readonly goName?: string;
  readonly fields: ReadonlyMap<string, FieldType>;
  /** Fields that not every supported CRI-O has. */
  readonly conditions: ReadonlyMap<string, FieldCondition>;
}

/** Which versions have a field, by a row of the version table. */
export interface FieldCondition {
  /** The field is certainly there where the row holds; without a row, nowhere. */
  readonly row: BehaviourName | undefined;
  /** Where the row does not hold the field is certainly missing: an unknown key. Else it is unknown whether it is. */
  readonly exact: boolean;
}

type Listed = Partial<Record<'string' | 'boolean' | 'integer' | 'uint32' | 'duration' | 'strings', string>>;

interface StructParts {
  readonly goName?: string;
  /**
   * Names of plain fields by type, separated by blanks. `name@row` exists exactly where the row of the version
   * table holds, `name?row` certainly there and possibly elsewhere, `name?` possibly everywhere.
   */
  readonly plain?: Listed;
  readonly nested?: Readonly<Record<string, FieldType>>;
}

/** Builds a struct from lists of names. */
export function struct(parts: StructParts): StructType {
  const fields = new Map<string, FieldType>();
  const conditions = new Map<string, FieldCondition>();
  const add = (listed: string, type: FieldType): void => {
    const [, name = '', mark, row = ''] = /^([^@?]*)(?:([@?])(.*))?$/.exec(listed) ?? [];
    if (row !== '' && !isBehaviourName(row)) throw new Error(`no row ${row} in the version table`);
    if (mark !== undefined) conditions.set(name, { row: row === '' ? undefined : row, exact: mark === '@' });
    fields.set(name, type);
  };
  for (const type of PLAIN_TYPES) {
    for (const name of (parts.plain?.[type] ?? '').split(/\s+/)) if (name !== '') add(name, type);
  }
  for (const [name, type] of Object.entries(parts.nested ?? {})) add(name, type);
  return {
    kind: 'struct',
    fields,
    conditions,
    ...(parts.goName === undefined ? {} : { goName: parts.goName }),
  };
}

const PLAIN_TYPES = ['string', 'boolean', 'integer', 'uint32', 'duration', 'strings'] as const;

/** `struct{ T }`, which CRI-O and containers/storage wrap around each table. */
export function wrapped(goName: string, plain: Listed, nested: StructParts['nested'] = {}): StructType {
  return struct({ goName: `struct { ${goName} }`, plain, nested });
}
