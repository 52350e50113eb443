import { readGuardConfiguration } from '../config/guard-config.js';
import { Deadline } from '../host/deadline.js';
import type { Host } from '../host/host.js';
import { LoggingHost } from '../host/logging-host.js';
import type { Log } from '../log.js';
import { styleFor } from '../report/text/style.js';
import type { ProcessContext, Session } from './session.js';

/** Seconds that reading the guard's own configuration may take. */
const CONFIGURATION_DEADLINE = 15;

/** @param seconds since the start of this process */
export function thisHost({ host, elapsed }: ProcessContext, seconds = CONFIGURATION_DEADLINE): Host {
  return host(Deadline.in(seconds * 1000 - elapsed()));
}

/** @param recorded the host of a recording; absent for this machine */
export async function openSession(
  context: ProcessContext,
  recorded: Host | undefined,
  verbose: boolean,
): Promise<Session> {
  const configuration = await readGuardConfiguration(thisHost(context));
  const host = recorded ?? thisHost(context, configuration.deadline);
  const log = verbose ? await openLog(context, true) : undefined;
  const trace = log === undefined ? undefined : (line: string): void => log.debug(line);
  const { columns, environment, elapsed, now, print, warn } = context;
  return {
    ...(trace === undefined ? { host } : { host: new LoggingHost(host, trace), trace }),
    configuration,
    style: () => styleFor(environment, columns()),
    elapsed,
    now,
    print,
    warn,
  };
}

/** The program's own log. Most runs have nothing to say in it, and do not load its library. */
export async function openLog({ isErrorTerminal, warn }: ProcessContext, verbose = false): Promise<Log> {
  const { createLog } = await import('../log.js');
  return createLog({ verbose, terminal: isErrorTerminal(), write: warn });
}
