import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../../src/config/configuration.js';
import { crioVersion, type CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { resolveConfiguration } from '../../src/config/effective.js';
import { MemoryHost } from '../host/memory-host.js';

export interface Accepted {
  readonly ok: true;
  readonly root: string;
  readonly runroot: string;
  readonly imagestore: string;
  readonly driver: string;
  readonly options: readonly string[];
}

export interface Refused {
  readonly ok: false;
  readonly error: string;
}

export interface Case {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly symlinks: Readonly<Record<string, string>>;
  readonly dirs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly expect: Readonly<Record<string, Accepted | Refused>>;
}

export const VERSIONS: readonly CrioVersion[] = [
  crioVersion('1.31.2', 1, 31, 2),
  crioVersion('1.36.3', 1, 36, 3),
];

/** Configurations with what two versions of CRI-O really made of them. */
export function readCases(): Case[] {
  const text = readFileSync(join(process.cwd(), 'test/corpus/config/cases.jsonl'), 'utf8');
  // The file is ours, and its form is the interface above.
  return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Case); // prettier-ignore
}

export function hostOf({ files, symlinks, dirs }: Case): MemoryHost {
  return new MemoryHost({ files, symlinks, directories: dirs });
}

export function resolveCase(test: Case, version: CrioVersion, host = hostOf(test)): Promise<Configuration> {
  const environment = new Map(Object.entries({ PATH: '/usr/bin:/bin', HOME: '/root', ...test.env }));
  const invocation = { program: '/usr/bin/crio', flags: test.args, environment, workingDirectory: '/' };
  return resolveConfiguration(host, invocation, version);
}

/** The row of the contract's table that a message belongs to. */
export function classOf(message: string): string {
  const start =
    /^error loading server config: (?:(toml: )|(stat )|(read )|(imagestore )|\S+ must be set)/.exec(message);
  if (start !== null) {
    if (start[1] !== undefined) return 'C2';
    if (start[2] !== undefined) return 'C3';
    if (start[3] !== undefined) return 'C4';
    return start[4] === undefined ? 'C1' : 'C5';
  }
  if (message.includes('update config from file: ')) return message.includes(': open ') ? 'C7' : 'C6';
  if (message.includes('walk path: unable to decode')) return 'C8';
  if (message.includes('walk path: open ')) return 'C9';
  if (message.includes('walk path: read ')) return 'C10';
  return message.startsWith('flag ') ? 'flag' : 'other';
}

/** File, line and key as CRI-O's own message names them. */
export function placeOf(message: string): { file?: string; line?: number; key?: string } {
  const file =
    /configuration (\S+): toml:/.exec(message)?.[1] ?? /: (?:open|read|stat) (\S+): /.exec(message)?.[1];
  const line = /toml: line (\d+)/.exec(message)?.[1];
  const key = /\(last key "((?:[^"\\]|\\.)*)"\)/.exec(message)?.[1];
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(key === undefined ? {} : { key }),
  };
}

export type Agreement = 'agrees' | 'words differ' | 'unknown' | 'wrong';

/** How an answer of ours stands to what CRI-O did. */
export function compare(expected: Accepted | Refused, answer: Configuration): Agreement {
  if (answer.outcome === 'unknown') return 'unknown';
  if (expected.ok) {
    if (answer.outcome !== 'resolved') return 'wrong';
    const { root, runroot, imagestore, driver, options } = answer.storage;
    const ours = [
      root.value,
      runroot.value,
      imagestore.value,
      driver.value,
      options.map(({ value }) => value),
    ];
    const theirs = [expected.root, expected.runroot, expected.imagestore, expected.driver, expected.options];
    return JSON.stringify(ours) === JSON.stringify(theirs) ? 'agrees' : 'wrong';
  }
  if (answer.outcome !== 'refused') return 'wrong';
  const { refusal } = answer;
  const place = placeOf(expected.error);
  if (refusal.class !== classOf(expected.error)) return 'wrong';
  if (place.file !== undefined && refusal.file !== place.file) return 'wrong';
  if (refusal.message === expected.error) return 'agrees';
  if (place.line !== refusal.line || place.key !== refusal.key) return 'wrong';
  return refusal.exactWords ? 'wrong' : 'words differ';
}
