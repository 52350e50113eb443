import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Configuration } from '../../src/config/configuration.js';
import { parseCrioVersion, type CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { parseCrioRefusal } from '../../src/config/installed-crio/crio-refusal.js';
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
  /** Answers by the version in which they began; each holds until the next one. */
  readonly expect: Readonly<Record<string, Accepted | Refused>>;
}

/** The versions of CRI-O that judged every case, oldest first. */
export const VERSIONS: readonly CrioVersion[] = [
  '1.29.13', '1.30.14', '1.31.2', '1.31.13', '1.32.13', '1.33.0', '1.33.13',
  '1.34.0', '1.34.11', '1.35.0', '1.35.1', '1.35.6', '1.36.3', '1.37.0',
].map((text) => {
  const version = parseCrioVersion(text);
  if (version === undefined) throw new Error(`unreadable version ${text}`);
  return version;
}); // prettier-ignore

/** The answer of one version: that of the newest version named in the case and not newer than this one. */
export function expectedOf<T>(expect: Readonly<Record<string, T>>, version: CrioVersion): T {
  let expected: T | undefined;
  for (const { text } of VERSIONS) {
    expected = expect[text] ?? expected;
    if (text === version.text) break;
  }
  if (expected === undefined) throw new Error(`no answer of CRI-O ${version.text}`);
  return expected;
}

/** One JSON value per line of a file, of the corpus if relative; its form is the caller's interface. */
export function readLines<T>(file: string): Partial<T>[] {
  const text = readFileSync(resolve('test/corpus', file), 'utf8');
  return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Partial<T>); // prettier-ignore
}

/** Configurations with what the versions of CRI-O really made of them; a store has a listing, and is left out. */
export function readCases(files = ['config/cases.jsonl', 'config/extra-cases.jsonl']): Case[] {
  const nothing = { id: '', files: {}, symlinks: {}, dirs: [], env: {}, args: [], expect: {} };
  const lines = files.flatMap((file) => readLines<Case>(file));
  return lines.filter((line) => !('listing' in line)).map((line) => ({ ...nothing, ...line }));
}

export function hostOf({ files, symlinks, dirs }: Case): MemoryHost {
  return new MemoryHost({ files, symlinks, directories: dirs });
}

export function resolveCase(test: Case, version: CrioVersion, host = hostOf(test)): Promise<Configuration> {
  const environment = new Map(Object.entries({ PATH: '/usr/bin:/bin', HOME: '/root', ...test.env }));
  const invocation = { program: '/usr/bin/crio', flags: test.args, environment, workingDirectory: '/' };
  return resolveConfiguration(host, invocation, version);
}

/** What a case is about, by the answer of CRI-O. */
export function classOf(expected: Accepted | Refused): string {
  if (expected.ok) return 'accepted';
  const message = expected.error.replace(/^error loading server config: /, '');
  const found = CLASSES.find(([pattern]) => pattern.test(message));
  return found === undefined ? 'other refusal' : found[1];
}

const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^(?:reading system config|validating engine|finding config)/, 'containers.conf'],
  [/ must be set$/, 'roots missing'],
  [/^imagestore /, 'image store'],
  [/^toml: .*incompatible types|^toml: .*type mismatch/, 'storage.conf type'],
  [/^toml: /, 'storage.conf syntax'],
  [/^(?:stat|faccessat|read) /, 'storage.conf missing'],
  [/: toml: .*incompatible types|: toml: .*type mismatch/, 'crio.conf type'],
  [/: toml: /, 'crio.conf syntax'],
  [/(?:^|: )(?:open|read|lstat) /, 'crio.conf missing'],
  [/^flag /, 'flag'],
];

export type Agreement = 'agrees' | 'words differ' | 'unknown' | 'wrong';

/** How our answer compares with what CRI-O did. */
export function compare(expected: Accepted | Refused, answer: Configuration): Agreement {
  if (answer.kind === 'unknown') return 'unknown';
  if (expected.ok) {
    if (answer.kind !== 'resolved') return 'wrong';
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
  if (answer.kind !== 'refused') return 'wrong';
  const { cause, message } = answer.refusal;
  // Older versions print no steps by which the cause could be recognised.
  const hasSteps = /^(?:error loading|get and merge)/.test(expected.error);
  if (hasSteps && parseCrioRefusal(expected.error).cause.kind !== cause.kind) return 'wrong';
  if (message === expected.error) return 'agrees';
  return answer.refusal.exactWords ? 'wrong' : 'words differ';
}
