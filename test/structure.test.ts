import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => join('src', path));

/** What each file imports, types and dynamic imports included. */
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g)].map(([, path]) =>
    normalize(join(dirname(file), `${path ?? ''}.ts`)),
  );
}

/** The first cycle of imports that goes through a file, as the files on it. */
function cycleFrom(start: string): string[] | undefined {
  const reached = new Set<string>();
  const search = (file: string, trail: readonly string[]): string[] | undefined => {
    for (const next of imports.get(file) ?? []) {
      if (next === start) return [...trail, file, next];
      if (reached.has(next)) continue;
      reached.add(next);
      const found = search(next, [...trail, file]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(start, []);
}

describe('the source tree', () => {
  it('has no import cycles, types included', () => {
    const cycles = files.flatMap((file) => {
      const cycle = cycleFrom(file);
      return cycle === undefined ? [] : [cycle.join(' -> ')];
    });
    assert.deepEqual(cycles, []);
  });

  it('has no file of more than 200 lines', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length > 200);
    assert.deepEqual(long, []);
  });

  it('imports only files that exist', () => {
    const missing = [...imports.values()].flat().filter((path) => !imports.has(path));
    assert.deepEqual(missing, []);
  });
});
