import { messageOf } from '../../text/message-of.js';
import { unknown, type Probe } from '../probe.js';
import { errnoOf } from './errno.js';

/** How a child came to no answer, in the same words however it was started. */
export function endsOf(program: string, args: readonly string[]) {
  const question = `run ${commandName(program, args)}`;
  return {
    /** Nothing was started. */
    late: (): Probe<never> => unknown('timeout', question, 'the deadline had passed'),
    unfinished: (): Probe<never> => unknown('timeout', question, 'it did not end before the deadline'),
    tooLarge: (): Probe<never> => unknown('too-large', question, 'its output exceeds the limit'),
    signalled: (signal: string): Probe<never> => unknown('failed', question, `ended by ${signal}`),
    notStarted: (error: unknown): Probe<never> =>
      unknown('failed', question, REASONS[errnoOf(error) ?? ''] ?? messageOf(error)),
    /** @param errno that a shell has found */
    refused: (errno: 'ENOENT' | 'EACCES'): Probe<never> =>
      unknown('failed', question, REASONS[errno] ?? errno),
    failed: (why: string): Probe<never> => unknown('failed', question, why),
  };
}

export type Ends = ReturnType<typeof endsOf>;

/** The program and what it is to do, without the options: they would drown the reason in a report. */
function commandName(program: string, args: readonly string[]): string {
  const option = args.findIndex((arg) => arg.startsWith('-'));
  return [program, ...(option === -1 ? args : args.slice(0, option))].join(' ');
}

/** In our own words where Node has only the name of its call. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not installed, or its interpreter is not',
  EACCES: 'it may not be run by this user',
};
