import { isGoDuration } from '../../text/go-duration.js';
import { foldKey } from '../../text/go-text.js';
import type { Behaviour } from '../installed-crio/version-table.js';
import type { TomlDialect } from '../../toml/dialect.js';
import type { FieldType, StructType } from './struct-schema.js';
import {
  goTypeName,
  keyName,
  type TomlDocument,
  type TomlKey,
  type TomlRefusal,
  type TomlTable,
  type TomlValue,
} from '../../toml/value.js';

type AnyType = TomlDialect['anyType'];

/** A value that goes into a field, with the key as it is spelled in the file. */
export interface FieldValue {
  readonly value: TomlValue;
  readonly path: readonly string[];
  readonly line: number;
}

/** A wrong type; `exactWords` is false where the name of the Go type is not known. */
export type TypeRefusal = TomlRefusal & { readonly exactWords: boolean };

/** Keys that differ in case alone: BurntSushi takes them in the random order of a Go map. */
export interface TwoSpellings {
  readonly field: string;
  readonly spellings: readonly TomlKey[];
}

export interface Decoded {
  /** Values by the field's own name, `crio.storage_option`; more than one means two spellings. */
  readonly values: ReadonlyMap<string, readonly FieldValue[]>;
  /** Wrong types. With several, which one CRI-O names is random. */
  readonly refusals: readonly TypeRefusal[];
  /** Wrong types in fields that not every version has. */
  readonly possibleRefusals: readonly TypeRefusal[];
  readonly unknownKeys: readonly TomlKey[];
  readonly twoSpellings: readonly TwoSpellings[];
}

/**
 * Decodes a document into a Go struct as BurntSushi does (decode.go unify and those after it).
 *
 * @param behaviour decides what fields the struct has
 */
export function decode(
  document: TomlDocument,
  schema: StructType,
  behaviour: Behaviour,
  anyType: AnyType,
): Decoded {
  const decoder = new Decoder(document, behaviour, anyType);
  decoder.intoStruct(document.root, schema, [], '', false);
  return decoder;
}

class Decoder implements Decoded {
  readonly values = new Map<string, FieldValue[]>();
  readonly refusals: TypeRefusal[] = [];
  readonly possibleRefusals: TypeRefusal[] = [];
  readonly unknownKeys: TomlKey[] = [];
  readonly twoSpellings: TwoSpellings[] = [];

  constructor(
    private readonly document: TomlDocument,
    private readonly behaviour: Behaviour,
    private readonly anyType: AnyType,
  ) {}

  intoStruct(
    value: TomlValue,
    type: StructType,
    path: readonly string[],
    field: string,
    isPossible: boolean,
  ): void {
    if (value.type !== 'table') {
      const words = `type mismatch for ${type.goName ?? 'struct'}: expected table but found ${goTypeName(value, this.anyType)}`;
      this.refuse(path, words, isPossible, type.goName !== undefined);
      return;
    }
    const spellings = new Map<string, TomlKey[]>();
    for (const [key, inner] of value.entries) {
      const name = type.fields.has(key) ? key : foldKey(key);
      const fieldType = type.fields.get(name);
      const innerPath = [...path, key];
      const line = this.lineOf(innerPath) ?? inner.line;
      const { row, exact } = type.conditions.get(name) ?? { row: undefined, exact: true };
      const holds = !type.conditions.has(name) || (row !== undefined && this.behaviour[row]);
      if (fieldType === undefined || (exact && !holds)) {
        this.unknownKeys.push({ path: innerPath, line });
        continue;
      }
      const seen = spellings.get(name) ?? [];
      seen.push({ path: innerPath, line });
      spellings.set(name, seen);
      const innerField = field === '' ? name : `${field}.${name}`;
      this.into(inner, fieldType, innerPath, innerField, isPossible || !holds);
    }
    for (const [name, keys] of spellings) {
      if (keys.length > 1) this.twoSpellings.push({ field: keyOf(field, name), spellings: keys });
    }
  }

  private into(
    value: TomlValue,
    type: FieldType,
    path: readonly string[],
    field: string,
    isPossible: boolean,
  ): void {
    if (typeof type === 'object') {
      if (type.kind === 'struct') this.intoStruct(value, type, path, field, isPossible);
      else this.intoMap(value, type.of, path, field, isPossible);
      return;
    }
    const wrong = wrongType(value, type, this.anyType);
    if (wrong !== undefined) {
      this.refuse(path, wrong, isPossible, true);
      return;
    }
    const values = this.values.get(field) ?? [];
    values.push({ value, path, line: value.line });
    this.values.set(field, values);
  }

  /** unifyMap passes over what is not a table without an error. */
  private intoMap(
    value: TomlValue,
    of: FieldType,
    path: readonly string[],
    field: string,
    isPossible: boolean,
  ): void {
    if (value.type !== 'table') return;
    for (const [key, inner] of value.entries) {
      this.into(inner, of, [...path, key], keyOf(field, '*'), isPossible);
    }
  }

  private refuse(path: readonly string[], words: string, isPossible: boolean, exactWords: boolean): void {
    const lastKey = keyName(path);
    const refusal = { line: this.lineOf(path), lastKey, words, exactWords };
    (isPossible ? this.possibleRefusals : this.refusals).push(refusal);
  }

  private lineOf(path: readonly string[]): number | undefined {
    return this.document.lines.get(keyName(path));
  }
}

const keyOf = (field: string, name: string): string => (field === '' ? name : `${field}.${name}`);

function wrongType(value: TomlValue, type: Exclude<FieldType, object>, any: AnyType): string | undefined {
  switch (type) {
    case 'string':
      return value.type === 'string' ? undefined : incompatible(value, 'string', any);
    case 'boolean':
      return value.type === 'boolean' ? undefined : incompatible(value, 'boolean', any);
    case 'integer':
      return value.type === 'integer' ? undefined : incompatible(value, 'integer', any);
    case 'uint32':
      if (value.type !== 'integer') return incompatible(value, 'integer', any);
      return BigInt.asUintN(32, value.value) === value.value
        ? undefined
        : `${value.value.toString()} is out of range for uint32`;
    case 'duration':
      if (value.type === 'integer') return undefined;
      if (value.type !== 'string') return incompatible(value, 'integer', any);
      return isGoDuration(value.value) ? undefined : `invalid duration: "${value.value}"`;
    case 'strings':
      return wrongItem(value, any);
  }
}

function wrongItem(value: TomlValue, any: AnyType): string | undefined {
  if (value.type === 'tables') {
    const table: TomlTable | undefined = value.tables[0];
    return table === undefined ? undefined : incompatible(table, 'string', any);
  }
  if (value.type !== 'array') return incompatible(value, 'slice', any);
  const wrong = value.items.find((item) => item.type !== 'string');
  return wrong === undefined ? undefined : incompatible(wrong, 'string', any);
}

function incompatible(value: TomlValue, destination: string, any: AnyType): string {
  return `incompatible types: TOML value has type ${goTypeName(value, any)}; destination has type ${destination}`;
}
