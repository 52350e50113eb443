import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Deadline } from '../deadline.js';
import { CONTENT_LIMIT, type Execution } from '../host.js';
import { TOOL_PATH } from '../look-path.js';
import { endsOf, type Ends } from './child-end.js';
import { known, unknown, type Probe } from '../probe.js';
import { decodeStrict, decodeText } from '../../text/utf8.js';

/** What a child process is given; the environment is exactly this, never the one we inherited. */
export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly input?: string;
  /** Bytes of output after which the answer is `too-large`. */
  readonly limit?: number;
  /** Start it through a shell: it, or its working directory, may lie on storage that hangs. */
  readonly throughShell?: boolean;
}

export interface RunRaw {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** What is started for a program, and where. */
interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/**
 * Node waits until the child has entered its directory and execve(2) has read the program. A shell does both later,
 * and replaces itself by the program, so that there is no further process.
 */
export function startOf(program: string, args: readonly string[], options: RunOptions): Start {
  const cwd = options.workingDirectory ?? '/';
  return options.throughShell === true
    ? { file: SHELL, args: ['-c', 'cd "$0" && exec "$@"', cwd, program, ...args], cwd: '/' }
    : { file: program, args, cwd };
}

/** On the root file system, which is taken to work. */
export const SHELL = '/bin/sh';

/**
 * Runs a program by absolute path and waits for it no longer than the deadline. A child that cannot be killed
 * (state D on a suspended pool) is left behind: its pipes are closed, and it does not keep this process alive.
 * Every failure to start one is a value.
 */
export async function runRaw(
  program: string,
  args: readonly string[],
  deadline: Deadline,
  options: RunOptions,
): Promise<Probe<RunRaw>> {
  const ends = endsOf(program, args);
  if (deadline.remaining() === 0) return ends.late();
  // Loaded only now: a host without ZFS runs no program, and it would be a tenth of what that start costs.
  const { spawn } = await import('node:child_process');
  let child: ChildProcess;
  try {
    const start = startOf(program, args, options);
    child = spawn(start.file, start.args, {
      cwd: start.cwd,
      env: options.environment,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return ends.notStarted(error);
  }
  const leave = (): void => {
    child.kill('SIGKILL');
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
    child.unref();
  };
  const finished = outcomeOf(child, ends, options, leave);
  return deadline.bound(finished, () => {
    leave();
    return ends.unfinished();
  });
}

function outcomeOf(
  child: ChildProcess,
  ends: Ends,
  { input, limit = CONTENT_LIMIT }: RunOptions,
  leave: () => void,
): Promise<Probe<RunRaw>> {
  return new Promise((resolve) => {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const refuse = (): void => {
      leave();
      resolve(ends.tooLarge());
    };
    child.on('error', (error) => resolve(ends.notStarted(error)));
    child.on('close', (exitCode, signal) => {
      resolve(
        exitCode === null
          ? ends.signalled(signal ?? 'a signal')
          : known({
              exitCode,
              stdout: Buffer.concat(stdout),
              stderr: decodeText(Buffer.concat(stderr)),
            }),
      );
    });
    // Without free descriptors Node gives a child without pipes, and an error event later.
    collect(child.stdout, stdout, limit, refuse);
    collect(child.stderr, stderr, limit, refuse);
    // The program may end before it has read everything.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function collect(
  pipe: Readable | null | undefined,
  chunks: Uint8Array[],
  limit: number,
  refuse: () => void,
): void {
  let length = 0;
  pipe?.on('error', () => undefined);
  pipe?.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length > limit) refuse();
    else chunks.push(chunk);
  });
}

/**
 * Lets a child kill a process that is still there after this time, whatever it is doing. The child ends with this
 * process: its standard input ends then.
 *
 * @param process id of the process
 */
export async function killAfter(milliseconds: number, process: number): Promise<void> {
  const script = 'timeout "$0" cat >/dev/null || kill -KILL "$1"';
  const seconds = (Math.max(0, milliseconds) / 1000).toFixed(3);
  try {
    const [{ spawn }, { Socket }] = await Promise.all([import('node:child_process'), import('node:net')]);
    const child = spawn(SHELL, ['-c', script, seconds, String(process)], {
      cwd: '/',
      env: { PATH: TOOL_PATH },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without it only the deadline bounds the run.
    child.on('error', () => undefined);
    child.unref();
    // The pipe of a child is a socket, which keeps this process alive as the child does.
    if (child.stdin instanceof Socket) child.stdin.unref();
  } catch {
    // As above.
  }
}

/** Decodes the output strictly: names of datasets and mountpoints must not be silently altered. */
export function decodeExecution(question: string, raw: Probe<RunRaw>): Probe<Execution> {
  if (raw.state !== 'known') return raw;
  const { exitCode, stderr } = raw.value;
  const stdout = decodeStrict(raw.value.stdout);
  if (stdout === undefined) return unknown('unreadable', question, 'its output is not UTF-8');
  return known({ exitCode, stdout, stderr });
}
