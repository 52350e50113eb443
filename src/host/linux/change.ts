import { messageOf } from '../../text/message-of.js';
import { execa } from 'execa';
import { closeSync, openSync } from 'node:fs';
import type { Deadline } from '../deadline.js';
import { CONTENT_LIMIT } from '../host.js';
import { known, unknown, type Probe } from '../probe.js';
import { commandName, startOf, type RunOptions, type RunRaw } from './run.js';
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
  const question = `run ${commandName(program, args)}`;
  if (deadline.remaining() === 0) return unknown('timeout', question, 'the deadline had passed');
  const lack = lackOfDescriptors();
  if (lack !== undefined) return unknown('failed', question, lack);
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
    if (result.isMaxBuffer) return unknown('too-large', question, 'its output exceeds the limit');
    if (result.exitCode !== undefined) {
      return known({ exitCode: result.exitCode, stdout: result.stdout, stderr: decodeText(result.stderr) });
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
