import { spawnSync } from 'node:child_process';
import { readAnswer } from '../../src/config/installed-crio/crio-config.js';
import { parseCrioVersion, type CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import type { Execution } from '../../src/host/host.js';
import type { Accepted, Case, Refused } from '../config/corpus.js';
import { FAKE_PATH, flagsOf, type Run, type StoreCase } from '../driver/store-corpus.js';
import type { PrivateDirectories } from './private-directories.js';

export type Environment = Readonly<Record<string, string>>;

/** Runs CRI-O: a real one, or one that a test plays. */
export type Crio = (args: readonly string[], environment: Environment) => Execution | Promise<Execution>;

const TIME_LIMIT = 30_000;

export const spawnCrio =
  (program: string): Crio =>
  (args, env) => {
    const options = { env, cwd: '/', encoding: 'utf8', timeout: TIME_LIMIT } as const;
    const { status, stdout, stderr, error } = spawnSync(program, args, options);
    if (error !== undefined) throw error;
    return { exitCode: status ?? -1, stdout, stderr };
  };

/** With no file of its own around, so that nothing keeps it from saying its version. */
export async function askVersion(crio: Crio, directories: PrivateDirectories): Promise<CrioVersion> {
  directories.set({ files: {}, symlinks: {}, directories: [] });
  const { stdout, stderr } = await crio(['--version'], { PATH: '/usr/bin:/bin', HOME: '/root' });
  const version = parseCrioVersion(stdout);
  if (version === undefined) throw new Error(`no version in ${JSON.stringify(stdout + stderr)}`);
  return version;
}

/** What `crio config` makes of a configuration, in the form of the corpus. */
export async function askConfiguration(
  crio: Crio,
  directories: PrivateDirectories,
  test: Case,
): Promise<Accepted | Refused> {
  directories.set({ files: test.files, symlinks: test.symlinks, directories: test.dirs });
  const environment = { PATH: '/usr/bin:/bin', HOME: '/root', ...test.env };
  const execution = await crio([...test.args, 'config'], environment);
  const answer = readAnswer('crio', execution);
  switch (answer.kind) {
    case 'resolved':
      return { ok: true, ...answer.storage };
    case 'refused':
      return { ok: false, error: answer.message };
    case 'unknown':
      return { ok: false, error: lastPlainLine(execution.stderr) };
  }
}

/** A flag is refused by the parser of the command line, which does not log. */
const lastPlainLine = (text: string): string =>
  text.split('\n').filter((line) => line !== '' && !/^time=|level=/.test(line)).at(-1) ?? text; // prettier-ignore

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What `crio wipe`, which opens the store at once, makes of a store. */
export async function askStore(crio: Crio, directories: PrivateDirectories, test: StoreCase): Promise<Run> {
  const { stdout, stderr, exitCode } = test.listing;
  const script = `#!/bin/sh\nprintf %s ${quoted(stdout)}\nprintf %s ${quoted(stderr)} >&2\nexit ${exitCode}\n`;
  directories.set({
    files: { ...test.files, ...(test.device ? { '/dev/zfs': '' } : {}) },
    symlinks: test.symlinks,
    directories: [FAKE_PATH, ...test.directories],
    mounts: test.mounts,
    programs: test.zfs ? { [`${FAKE_PATH}/zfs`]: script } : {},
  });
  const execution = await crio([...flagsOf(test), ...test.command], { PATH: FAKE_PATH, HOME: '/root' });
  const lines = execution.stderr.split('\n').filter((line) => line !== '');
  return {
    exitCode: execution.exitCode,
    messages: lines.map((line) => line.replace(/^time="[^"]*" /, '')),
  };
}
