import type { Deadline } from '../deadline.js';
import { CONTENT_LIMIT } from '../host.js';
import { known, type Probe } from '../probe.js';
import { decodeText } from '../../text/utf8.js';
import { endsOf, type Ends } from './child-end.js';
import { errnoOf } from './errno.js';
import { SHELL, type RunOptions, type RunRaw } from './run.js';

/**
 * Node waits for this shell alone, and it touches no storage but its own: it ends when its program, in the kernel on a
 * pool that hangs, does not. Told to end, it kills the program and leaves it behind.
 */
const SCRIPT = `exec 3<&0
trap 'kill -KILL $! 2>/dev/null; exit 1' TERM
(cd "$0" || exit 127; unset PWD OLDPWD SHLVL; exec "$@") <&3 3<&- &
wait $!`;

/** What a shell answers with for a program that is not there, that may not be run, and that a signal ended. */
const [NOT_FOUND, NOT_EXECUTABLE, SIGNAL, LAST_SIGNAL] = [127, 126, 128, 192];

/** What spawnSync returns. */
interface Ended {
  readonly error?: Error | undefined;
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/**
 * As runRaw, for a process that has nothing to do meanwhile, as before a start. Node makes no streams and no sockets
 * for it, which cost more than the children.
 */
export async function runBlocking(
  program: string,
  args: readonly string[],
  deadline: Deadline,
  options: RunOptions,
): Promise<Probe<RunRaw>> {
  const ends = endsOf(program, args);
  if (deadline.remaining() === 0) return ends.late();
  const { spawnSync } = await import('node:child_process');
  const { input, limit = CONTENT_LIMIT, workingDirectory = '/', environment } = options;
  const remaining = deadline.remaining();
  let ended: Ended;
  try {
    ended = spawnSync(SHELL, ['-c', SCRIPT, workingDirectory, program, ...args], {
      cwd: '/',
      env: environment,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
      // Node refuses a limit that is no number of milliseconds.
      ...(Number.isFinite(remaining) ? { timeout: Math.max(1, Math.ceil(remaining)) } : {}),
      killSignal: 'SIGTERM',
      maxBuffer: limit,
    });
  } catch (error) {
    return ends.notStarted(error);
  }
  // What else this process waits for, as the end of the child that holds the lock, is heard now.
  await new Promise(setImmediate);
  return answerOf(ended, ends);
}

function answerOf(ended: Ended, ends: Ends): Probe<RunRaw> {
  const { error, status, signal, stdout, stderr } = ended;
  switch (errnoOf(error)) {
    case 'ETIMEDOUT':
      return ends.unfinished();
    case 'ENOBUFS':
      return ends.tooLarge();
    // The program may end before it has read everything.
    case 'EPIPE':
    case undefined:
      break;
    default:
      return ends.notStarted(error);
  }
  switch (status) {
    case null:
      return ends.signalled(signal ?? 'a signal');
    case NOT_FOUND:
      return ends.refused('ENOENT');
    case NOT_EXECUTABLE:
      return ends.refused('EACCES');
    default:
      return status > SIGNAL && status <= LAST_SIGNAL
        ? ends.signalled(`signal ${status - SIGNAL}`)
        : known({ exitCode: status, stdout, stderr: decodeText(stderr) });
  }
}
