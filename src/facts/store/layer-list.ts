import type { StoreContent } from './store-file.js';

/** layers.json, which is read only after the start, and of which no more than identifiers and flags is asked. */
export function parseLayers(bytes: Uint8Array): StoreContent {
  const text = new TextDecoder().decode(bytes);
  if (text === '') return { kind: 'list', ids: [] };
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return { kind: 'list', ids: [] };
    if (Array.isArray(value) && value.every((item) => typeof item === 'object')) {
      const incomplete = value.filter(isIncomplete).flatMap(idOf);
      return {
        kind: 'list',
        ids: value.flatMap(idOf),
        ...(incomplete.length === 0 ? {} : { incomplete }),
      };
    }
  } catch {
    // Said below: what it starts with is all that is needed.
  }
  return { kind: 'broken', start: text.slice(0, 64), length: bytes.length };
}

function idOf(item: unknown): string[] {
  if (typeof item !== 'object' || item === null || !('id' in item)) return [];
  return typeof item.id === 'string' ? [item.id] : [];
}

function isIncomplete(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || !('flags' in item)) return false;
  const { flags } = item;
  return typeof flags === 'object' && flags !== null && 'incomplete' in flags && flags.incomplete === true;
}
