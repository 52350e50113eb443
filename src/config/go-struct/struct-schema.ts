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
  /**
   * Fields that not every CRI-O of 1.24 to 1.36 has, with the minor version from which on they are certainly
   * there. Before it a wrong type in them may be an error, or an unknown key that nobody looks at.
   */
  readonly certainFrom: ReadonlyMap<string, number>;
}

type Listed = Partial<Record<'string' | 'boolean' | 'integer' | 'uint32' | 'duration' | 'strings', string>>;

interface StructParts {
  readonly goName?: string;
  /** Names of plain fields by type, separated by blanks; `name?31` is certain from CRI-O 1.31 on, `name?` never. */
  readonly plain?: Listed;
  readonly nested?: Readonly<Record<string, FieldType>>;
}

/** Builds a struct from lists of names. */
export function struct(parts: StructParts): StructType {
  const fields = new Map<string, FieldType>();
  const certainFrom = new Map<string, number>();
  const add = (listed: string, type: FieldType): void => {
    const [name = '', from] = listed.split('?');
    if (from !== undefined) certainFrom.set(name, from === '' ? Infinity : Number(from));
    fields.set(name, type);
  };
  for (const type of PLAIN_TYPES) {
    for (const name of (parts.plain?.[type] ?? '').split(/\s+/)) if (name !== '') add(name, type);
  }
  for (const [name, type] of Object.entries(parts.nested ?? {})) add(name, type);
  return {
    kind: 'struct',
    fields,
    certainFrom,
    ...(parts.goName === undefined ? {} : { goName: parts.goName }),
  };
}

const PLAIN_TYPES = ['string', 'boolean', 'integer', 'uint32', 'duration', 'strings'] as const;

/** `struct{ T }`, which CRI-O and containers/storage wrap around each table. */
export function wrapped(goName: string, plain: Listed, nested: StructParts['nested'] = {}): StructType {
  return struct({ goName: `struct { ${goName} }`, plain, nested });
}
