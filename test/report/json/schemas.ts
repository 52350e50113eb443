import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isRecord, parseRecord, type JsonRecord } from '../../../src/text/json-record.js';

const DIRECTORY = 'packaging/schemas';

export const SCHEMAS: ReadonlyMap<string, JsonRecord> = new Map(
  readdirSync(DIRECTORY).map((file) => {
    const schema = parseRecord(readFileSync(`${DIRECTORY}/${file}`, 'utf8'));
    assert.ok(schema !== undefined, file);
    return [file.replace('.schema.json', ''), schema];
  }),
);

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
const validators = new Map([...SCHEMAS].map(([name, schema]) => [name, ajv.compile(schema)]));

/** @param value as it was parsed from JSON */
export function assertFollows(name: string, value: unknown, of: string): void {
  const validate = validators.get(name);
  assert.ok(validate !== undefined, name);
  assert.ok(validate(value), `${of}: ${JSON.stringify(validate.errors)}`);
}

/** A part of a schema by its keys. */
export function part(schema: unknown, ...keys: readonly string[]): unknown {
  let here = schema;
  for (const key of keys) {
    if (Array.isArray(here)) here = Object.fromEntries(here.entries());
    assert.ok(isRecord(here), `no ${key} of ${keys.join('.')}`);
    here = here[key];
  }
  return here;
}

/** The words of an enumeration, sorted. */
export function wordsAt(schema: string, ...keys: readonly string[]): readonly string[] {
  const words = part(SCHEMAS.get(schema), ...keys);
  assert.ok(Array.isArray(words), keys.join('.'));
  return words.map(String).sort();
}

/** The names of all fields that a schema describes, as `a.b[].c`, with a mark on those that are always there. */
export function fieldsOf(schema: unknown, at = ''): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((one: unknown) => fieldsOf(one, at));
  if (!isRecord(schema)) return [];
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const own = isRecord(schema['properties']) ? Object.entries(schema['properties']) : [];
  const words = schema['enum'] ?? (schema['const'] === undefined ? undefined : [schema['const']]);
  const reference = schema['$ref'];
  return [
    ...own.flatMap(([name, value]) => {
      const path = at === '' ? name : `${at}.${name}`;
      return [`${path}${required.includes(name) ? '' : '?'}`, ...fieldsOf(value, path)];
    }),
    ...(Array.isArray(words) ? [`${at} = ${words.map(String).join(' | ')}`] : []),
    ...(typeof schema['type'] === 'string' ? [`${at}: ${schema['type']}`] : []),
    ...(typeof reference === 'string' ? [`${at} -> ${reference}`] : []),
    ...fieldsOf(schema['items'], `${at}[]`),
    ...fieldsOf(schema['oneOf'], at),
    ...(isRecord(schema['$defs'])
      ? Object.entries(schema['$defs']).flatMap(([name, value]) => fieldsOf(value, `#${name}`))
      : []),
  ];
}
