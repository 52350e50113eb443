import type { TomlTable, TomlValue } from './value.js';

/**
 * Whether @iarna/toml has read the same out of a file. Floats and dates are compared by their kind alone:
 * nothing of the configuration is one.
 *
 * @param theirs what its parse-string returned
 */
export function readsAlike(ours: TomlTable, theirs: Readonly<Record<string, unknown>>): boolean {
  return alike(ours, theirs);
}

function alike(ours: TomlValue, theirs: unknown): boolean {
  switch (ours.type) {
    case 'string':
    case 'boolean':
      return theirs === ours.value;
    case 'integer':
      return (typeof theirs === 'number' || typeof theirs === 'bigint') && BigInt(theirs) === ours.value;
    case 'float':
      return typeof theirs === 'number';
    case 'datetime':
      return theirs instanceof Date;
    case 'array':
      return listsAlike(ours.items, theirs);
    case 'tables':
      return listsAlike(ours.tables, theirs);
    case 'table':
      return tablesAlike(ours, theirs);
  }
}

function listsAlike(ours: readonly TomlValue[], theirs: unknown): boolean {
  if (!Array.isArray(theirs) || theirs.length !== ours.length) return false;
  const items: readonly unknown[] = theirs;
  return ours.every((item, index) => alike(item, items[index]));
}

function tablesAlike(ours: TomlTable, theirs: unknown): boolean {
  if (typeof theirs !== 'object' || theirs === null || Array.isArray(theirs) || theirs instanceof Date)
    return false;
  const entries = Object.entries(theirs);
  if (entries.length !== ours.entries.size) return false;
  return entries.every(([key, value]) => {
    const own = ours.entries.get(key);
    return own !== undefined && alike(own, value);
  });
}
