import { execa } from 'execa';
import type { Deadline } from '../deadline.js';
import { CONTENT_LIMIT, type Execution } from '../host.js';
import { known, unknown, type Probe } from '../probe.js';

/** What a child process is given; the environment is exactly this, never the one we inherited. */
export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly input?: string;
  /** Bytes of output after which the answer is `too-large`. */
  readonly limit?: number;
}

export interface RunRaw {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

const lossy = new TextDecoder('utf-8');
const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * Runs a program by absolute path and waits for it no longer than the deadline. A child that cannot be
 * killed (state D on a suspended pool) is left behind: its pipes are closed and it no longer keeps this
 * process alive. execa's own time-out does not do that, it waits for the pipes.
 */
export async function runRaw(
  program: string,
  args: readonly string[],
  deadline: Deadline,
  options: RunOptions,
): Promise<Probe<RunRaw>> {
  const question = `run ${commandName(program, args)}`;
  if ([program, ...args].some((word) => word.includes('\0'))) {
    return unknown('failed', question, 'an argument holds a NUL character');
  }
  if (deadline.remaining() === 0) return unknown('timeout', question, 'the deadline had passed');
  const child = execa(program, args, {
    extendEnv: false,
    // A child that outlives us was left behind on purpose, and no signal of ours is execa's to catch.
    cleanup: false,
    env: options.environment,
    cwd: options.workingDirectory ?? '/',
    encoding: 'buffer',
    maxBuffer: options.limit ?? CONTENT_LIMIT,
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  const finished = child.then((result): Probe<RunRaw> => {
    if (result.isMaxBuffer) return unknown('too-large', question, 'its output exceeds the limit');
    if (result.exitCode !== undefined) {
      return known({ exitCode: result.exitCode, stdout: result.stdout, stderr: lossy.decode(result.stderr) });
    }
    if (result.signal !== undefined) return unknown('failed', question, `ended by ${result.signal}`);
    return unknown('failed', question, result.shortMessage ?? 'it did not start');
  });
  return deadline.bound(finished, () => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
    return unknown('timeout', question, 'it did not end before the deadline');
  });
}

/** The program and what it is to do, without the options: they would drown the reason in a report. */
function commandName(program: string, args: readonly string[]): string {
  const option = args.findIndex((arg) => arg.startsWith('-'));
  return [program, ...(option === -1 ? args : args.slice(0, option))].join(' ');
}

/** Decodes the output strictly: names of datasets and mountpoints must not be silently altered. */
export function decodeExecution(question: string, raw: Probe<RunRaw>): Probe<Execution> {
  if (raw.state !== 'known') return raw;
  try {
    const { exitCode, stdout, stderr } = raw.value;
    return known({ exitCode, stdout: strict.decode(stdout), stderr });
  } catch {
    return unknown('unreadable', question, 'its output is not UTF-8');
  }
}
