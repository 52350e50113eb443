import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** `make` as a user types it, not as part of the `make test` that may be running this. */
export function make(...args: readonly string[]): string {
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync('make', ['-s', ...args], {
    encoding: 'utf8',
    env: { PATH, HOME },
  });
  assert.equal(status, 0, stdout + stderr);
  return stderr;
}

/** Every file below a directory, without the directory. */
export const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => !statSync(join(directory, path), { throwIfNoEntry: false })?.isDirectory())
    .map((path) => `/${path}`)
    .sort();
