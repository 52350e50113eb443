import type { DirectoryEntry } from '../host/host.js';
import { commentLines } from '../text/systemd-quoting.js';
import { tomlString } from '../text/toml-string.js';
import { NOT_UTF8 } from '../text/unwritable.js';

/** Candidates for the name, in the order of their bytes: the first that sorts after all others is taken. */
const NAMES = [
  'zz-crio-guard.conf',
  'zzzz-crio-guard.conf',
  '~crio-guard.conf',
  '~~~~crio-guard.conf',
] as const;

/** The names our own drop-in may have. */
export const isOurDropIn = (name: string): boolean => NAMES.some((candidate) => candidate === name);

/**
 * The name under which a drop-in is read last: CRI-O walks the directory in the order of bytes, whatever
 * the names end in, and later files win. `undefined` when something sorts after all our names.
 */
export function lastDropInName(entries: readonly DirectoryEntry[]): string | undefined {
  const others = entries.filter(({ name }) => !isOurDropIn(name)).map(({ name }) => Buffer.from(name));
  return NAMES.find((name) => others.every((other) => Buffer.compare(other, Buffer.from(name)) < 0));
}

export interface DropIn {
  /** Why it is there, for its reader. */
  readonly reason: readonly string[];
  readonly root?: string;
  readonly storageOptions?: readonly string[];
}

/** @returns the text of a file of crio.conf.d, or why it cannot contain a value */
export function dropInText(dropIn: DropIn): { readonly text: string } | { readonly why: string } {
  const lines = [
    '# Written by crio-guard before CRI-O started.',
    ...commentLines(dropIn.reason),
    '# "crio-guard --revert" takes it back.',
    '[crio]',
  ];
  const { root, storageOptions } = dropIn;
  const lost = [...(root === undefined ? [] : [root]), ...(storageOptions ?? [])].find(
    (value) => tomlString(value) === undefined,
  );
  if (lost !== undefined) return { why: `"${lost}" cannot be written to a TOML file, because ${NOT_UTF8}` };
  if (root !== undefined) lines.push(`root = ${tomlString(root) ?? ''}`);
  if (storageOptions !== undefined) {
    lines.push(`storage_option = [${storageOptions.map(tomlString).join(', ')}]`);
  }
  return { text: `${lines.join('\n')}\n` };
}
