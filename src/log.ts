import { Writable } from 'node:stream';
import winston from 'winston';
import { escapeControls } from './text/escape.js';

/** The program's own log. Reports do not go through it, they have renderers of their own. */
export interface Log {
  error(message: string): void;
  warning(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

export interface LogOptions {
  /** Also what was read and how the prediction was made. */
  readonly verbose: boolean;
  /** Whether standard error is a terminal: then lines carry no priority. */
  readonly terminal: boolean;
  /** Standard error; standard output is for reports. */
  readonly write: (text: string) => void;
}

const { levels } = winston.config.syslog;

/**
 * Every line gets its own `<N>`: journald makes a record of each line, and takes one without it for
 * priority 6.
 */
export function createLog({ verbose, terminal, write }: LogOptions): Log {
  const line = winston.format.printf(({ level, message }) => {
    const prefix = terminal ? '' : `<${levels[level] ?? 6}>`;
    return String(message)
      .split('\n')
      .map((text) => `${prefix}crio-guard: ${escapeControls(text)}`)
      .join('\n');
  });
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      write(String(chunk));
      done();
    },
  });
  const logger = winston.createLogger({
    levels,
    level: verbose ? 'debug' : 'notice',
    format: line,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- so are winston's typings
    transports: new winston.transports.Stream({ stream, eol: '\n' }),
    exitOnError: false,
  });
  return {
    error: (message) => void logger.error(message),
    warning: (message) => void logger.warning(message),
    info: (message) => void logger.info(message),
    debug: (message) => void logger.debug(message),
  };
}
