import { isRecord } from './json-record.js';

/** Where a JSON value is of another type than its reader expects. */
export interface Mismatch {
  /** Path of keys from the top, such as `findings[2].code`; empty for the value as a whole. */
  readonly key: string;
  readonly expected: string;
  readonly found: string;
}

/** What a JSON value must be. @returns the first value that is something else */
export type Shape = (value: unknown, key: string) => Mismatch | undefined;

const describeMismatch = ({ key, expected, found }: Mismatch): string =>
  `${key === '' ? '' : `${key}: `}expected ${expected}, found ${found}`;

/** @returns in words what of the value is of another type; undefined when all is as expected */
export function mismatchIn(value: unknown, shape: Shape): string | undefined {
  const mismatch = shape(value, '');
  return mismatch === undefined ? undefined : describeMismatch(mismatch);
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const ofType =
  (expected: string, holds: (value: unknown) => boolean): Shape =>
  (value, key) =>
    holds(value) ? undefined : { key, expected, found: typeOf(value) };

export const aString = ofType('a string', (value) => typeof value === 'string');
export const aBoolean = ofType('a boolean', (value) => typeof value === 'boolean');
/** JSON.parse makes Infinity of 1e999. */
export const aNumber = ofType('a finite number', Number.isFinite);

/** More of a wrong word would say nothing more. */
const SHOWN = 40;

export const oneOf = (...values: readonly (string | number)[]): Shape => {
  const expected = values.map((value) => JSON.stringify(value)).join(' or ');
  return (value, key) => {
    if (values.some((one) => one === value)) return undefined;
    const isShown = typeof value === 'string' || typeof value === 'number';
    return { key, expected, found: isShown ? JSON.stringify(value).slice(0, SHOWN) : typeOf(value) };
  };
};

export const listOf =
  (shape: Shape): Shape =>
  (value, key) => {
    if (!Array.isArray(value)) return { key, expected: 'an array', found: typeOf(value) };
    for (const [index, one] of value.entries()) {
      const mismatch = shape(one, `${key}[${index}]`);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  };

export const objectWith =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, key) => {
    if (!isRecord(value)) return { key, expected: 'an object', found: typeOf(value) };
    for (const [name, shape] of Object.entries(fields)) {
      const mismatch = shape(value[name], key === '' ? name : `${key}.${name}`);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  };

/** A key that may be missing. */
export const optional =
  (shape: Shape): Shape =>
  (value, key) =>
    value === undefined ? undefined : shape(value, key);

/** An object whose other keys depend on one word of it. */
export const byWord =
  (name: string, shapes: ReadonlyMap<string, Shape>): Shape =>
  (value, key) => {
    const mismatch = objectWith({ [name]: oneOf(...shapes.keys()) })(value, key);
    const word = isRecord(value) ? value[name] : undefined;
    return mismatch ?? (typeof word === 'string' ? shapes.get(word)?.(value, key) : undefined);
  };
