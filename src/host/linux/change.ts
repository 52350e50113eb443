import { messageOf } from '../../text/message-of.js';
import { execa } from 'execa';
import { closeSync, openSync } from 'node:fs';
import type { Deadline } from '../deadline.js';
import { CONTENT_LIMIT } from '../host.js';
import { known, type Probe } from '../probe.js';
import { endsOf } from './child-end.js';
import { startOf, type RunOptions, type RunRaw } from './run.js';
import { decodeText } from '../../text/utf8.js';

/** Descriptors that execa needs for its pipes. Without them it throws where no caller can catch it. */
const DESCRIPTORS = 10;

/**
 * Runs a program that changes the machine, and waits for it no longer than the deadline. A child that cannot be
 * killed (state D on a suspended pool) is left behind: its pipes are closed, and it does not keep this process
 * alive.
 */
export async function runChange(
  program: string,
  args: readonly string[],
  deadline: Deadline,
  options: RunOptions,
): Promise<Probe<RunRaw>> {
  const ends = endsOf(program, args);
  if (deadline.remaining() === 0) return ends.late();
  const lack = lackOfDescriptors();
  if (lack !== undefined) return ends.failed(lack);
  const start = startOf(program, args, options);
  const child = execa(start.file, start.args, {
    extendEnv: false,
    // A child that outlives this process was left behind on purpose.
    cleanup: false,
    env: options.environment,
    cwd: start.cwd,
    encoding: 'buffer',
    maxBuffer: options.limit ?? CONTENT_LIMIT,
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  const finished = child.then((result): Probe<RunRaw> => {
    if (result.isMaxBuffer) return ends.tooLarge();
    if (result.exitCode !== undefined) {
      return known({ exitCode: result.exitCode, stdout: result.stdout, stderr: decodeText(result.stderr) });
    }
    if (result.signal !== undefined) return ends.signalled(result.signal);
    return ends.failed(result.shortMessage ?? 'it did not start');
  });
  return deadline.bound(finished, () => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
    return ends.unfinished();
  });
}

function lackOfDescriptors(): string | undefined {
  const opened: number[] = [];
  try {
    while (opened.length < DESCRIPTORS) opened.push(openSync('/dev/null', 'r'));
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
