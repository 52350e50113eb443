import type { GuardConfiguration } from '../config/guard-config.js';
import type { Deadline } from '../host/deadline.js';
import type { Host } from '../host/host.js';
import type { Style } from '../report/style.js';

/** What a command is given: the program's only ties to the process it runs in. */
export interface Session {
  readonly host: Host;
  readonly deadline: Deadline;
  readonly configuration: GuardConfiguration;
  readonly style: Style;
  /** Milliseconds since the process started. */
  readonly elapsed: () => number;
  readonly now: () => Date;
  /** Standard output. */
  readonly print: (text: string) => void;
  /** Standard error. */
  readonly warn: (text: string) => void;
  /** With --verbose: one line of how things came about. */
  readonly trace?: (line: string) => void;
}
