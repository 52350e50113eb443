import { readGuardConfiguration } from '../config/guard-config.js';
import { Deadline } from '../host/deadline.js';
import type { Host } from '../host/host.js';
import { LoggingHost } from '../host/logging-host.js';
import type { Log } from '../log.js';
import { styleFor } from '../report/text/style.js';
import type { ProcessContext, Session } from './session.js';

/** Seconds that reading the guard's own configuration may take: half of the shortest usual deadline. */
const CONFIGURATION_DEADLINE = 5;

/** This machine, for as long as reading the configuration may take. */
export const thisHost = ({ host, elapsed }: ProcessContext): Host =>
  host(Deadline.in(CONFIGURATION_DEADLINE * 1000 - elapsed()));

/** @param recorded the host of a recording; absent for this machine */
export async function openSession(
  context: ProcessContext,
  recorded: Host | undefined,
  verbose: boolean,
): Promise<Session> {
  const configuration = await readGuardConfiguration(thisHost(context), Object.keys(context.environment));
  const deadline = Deadline.in(configuration.deadline * 1000 - context.elapsed());
  const host = recorded ?? context.host(deadline);
  const log = verbose ? await openLog(context, true) : undefined;
  const trace = log === undefined ? undefined : (line: string): void => log.debug(line);
  const { columns, environment, elapsed, now, print, warn } = context;
  return {
    ...(trace === undefined ? { host } : { host: new LoggingHost(host, trace), trace }),
    configuration,
    deadline,
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
