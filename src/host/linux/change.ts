import { execa } from 'execa';
// eslint-disable-next-line no-restricted-imports -- an event of a child that execa keeps is heard nowhere else
import process from 'node:process';
import type { Deadline } from '../deadline.js';
import { CONTENT_LIMIT } from '../host.js';
import { known, type Probe } from '../probe.js';
import { endsOf } from './child-end.js';
import { startOf, type RunOptions, type RunRaw } from './run.js';
import { decodeText } from '../../text/utf8.js';

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
  const start = startOf(program, args, options);
  const started = await hearing(() =>
    execa(start.file, start.args, {
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
    }),
  );
  if ('error' in started) return ends.notStarted(started.error);
  const { child } = started;
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

/**
 * Without free descriptors Node makes a child without pipes, on which execa throws. The error event, which holds the
 * reason, comes later, on a child that nobody has, and would end the process.
 */
async function hearing<Child>(
  start: () => Child,
): Promise<{ readonly child: Child } | { readonly error: unknown }> {
  try {
    return { child: start() };
  } catch (error) {
    let reason: unknown = error;
    const hear = (event: unknown): void => void (reason = event);
    process.on('uncaughtException', hear);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('uncaughtException', hear);
    return { error: reason };
  }
}
