import { parseCrioRefusal } from '../../src/config/installed-crio/crio-refusal.js';
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
  const { cause } = refusal;
  const said = parseCrioRefusal(expected.error);
  if (cause.kind !== said.cause.kind) return 'wrong';
  if (said.cause.file !== undefined && cause.file !== said.cause.file) return 'wrong';
  if (refusal.message === expected.error) return refusal.reason === said.reason ? 'agrees' : 'wrong';
  if (said.cause.line !== cause.line || said.cause.key !== cause.key) return 'wrong';
  return refusal.exactWords ? 'wrong' : 'words differ';
}
