import type { DirectoryEntry } from '../host/host.js';

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

/** A TOML basic string: escapes are those of JSON, and DEL, which TOML forbids as it is. */
export function tomlString(value: string): string {
  return JSON.stringify(value).replace(/\u007f/g, '\\u007f');
}

export interface DropIn {
  /** Why it is there, for whoever finds it. */
  readonly reason: readonly string[];
  readonly root?: string;
  readonly storageOptions?: readonly string[];
}

/** The text of a file of crio.conf.d. */
export function dropInText(dropIn: DropIn): string {
  const lines = [
    '# Written by crio-guard before CRI-O started.',
    ...dropIn.reason.map((line) => `# ${line.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')}`),
    '# "crio-guard --revert" takes it back.',
    '[crio]',
  ];
  if (dropIn.root !== undefined) lines.push(`root = ${tomlString(dropIn.root)}`);
  if (dropIn.storageOptions !== undefined) {
    lines.push(`storage_option = [${dropIn.storageOptions.map(tomlString).join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}
