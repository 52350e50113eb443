import { execa } from 'execa';
import { EventEmitter } from 'node:events';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
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
 * Without free descriptors Node makes a child without pipes, on which execa throws; the error event, which holds the
 * reason, comes later, and ends the process where nobody listens to it.
 */
async function hearing<Child>(
  start: () => Child,
): Promise<{ readonly child: Child } | { readonly error: unknown }> {
  let reason: unknown;
  const hear = (message: unknown): void => {
    const made = message instanceof Object && 'process' in message ? message.process : undefined;
    if (made instanceof EventEmitter) made.on('error', (error: unknown) => void (reason = error));
  };
  subscribe('child_process', hear);
  try {
    return { child: start() };
  } catch (error) {
    await new Promise((resolve) => setImmediate(resolve));
    return { error: reason ?? error };
  } finally {
    unsubscribe('child_process', hear);
  }
}
