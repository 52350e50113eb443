/** A JSON object, of which nothing is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether each of these keys holds a string. */
export const hasStrings = (record: JsonRecord, ...keys: readonly string[]): boolean =>
  keys.every((key) => typeof record[key] === 'string');

/** Why {@link parseRecord} returns nothing. */
export const NOT_JSON = 'not a JSON object';

/** @returns the object that the text holds; undefined for broken JSON and for anything else than an object */
export function parseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
