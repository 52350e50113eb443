import type { GuardConfiguration } from '../config/guard-configuration.js';
import type { Deadline } from '../host/deadline.js';
import type { Host } from '../host/host.js';
import type { ReportRequest } from '../report/report-of.js';
import type { Style } from '../report/text/style.js';

/** The process the program runs in; only main.ts makes one. */
export interface ProcessContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The machine, asked for no longer than so. */
  readonly host: (deadline: Deadline) => Host;
  /**
   * Width of standard output; undefined when it is no terminal, 0 when the terminal does not say. Asked only by
   * who prints: Node has a stream made for the answer.
   */
  readonly columns: () => number | undefined;
  /** Standard error is a terminal. */
  readonly isErrorTerminal: () => boolean;
  /** Standard input and standard output are terminals: somebody can be asked. */
  readonly isInteractive: () => boolean;
  /** One line from standard input; empty when none came in time. */
  readonly ask: (question: string) => Promise<string>;
  /** Milliseconds since the process started. */
  readonly elapsed: () => number;
  readonly now: () => Date;
  /** Directory of the last report. */
  readonly runDirectory: string;
  /** Kills this process when it still runs then. @param milliseconds from now on */
  readonly killAfter: (milliseconds: number) => Promise<void>;
  /** Standard output. */
  readonly print: (text: string) => void;
  /** Standard error. */
  readonly warn: (text: string) => void;
}

/** What a command is given. */
export interface Session extends Pick<ProcessContext, 'elapsed' | 'now' | 'print' | 'warn'> {
  readonly host: Host;
  readonly configuration: GuardConfiguration;
  /** Of everything that {@link host} is asked. */
  readonly deadline: Deadline;
  /** Of standard output. */
  readonly style: () => Style;
  /** With --verbose: one line of how things came about. */
  readonly trace?: (line: string) => void;
}

/** Milliseconds to wait for another run that changes something: half of what is left, so that work can follow. */
export const lockWait = ({ deadline }: Session): number => deadline.remaining() / 2;

/** What the report of a command says beside what was found. */
export const reportRequest = (
  { now, elapsed }: Pick<Session, 'now' | 'elapsed'>,
  mode: ReportRequest['mode'],
  correction: ReportRequest['correction'],
): ReportRequest => ({ mode, time: now(), duration: elapsed(), correction });

/** PATH this process was started with. */
export const pathOf = ({ environment }: Pick<ProcessContext, 'environment'>): string =>
  environment['PATH'] ?? '';
