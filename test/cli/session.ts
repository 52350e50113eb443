import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { Deadline } from '../../src/host/deadline.js';
import type { Session } from '../../src/cli/session.js';
import type { Host } from '../../src/host/host.js';
import { styleFor } from '../../src/report/text/style.js';

/** A session on a host, with everything it prints. */
export function sessionOn(host: Host, change: Partial<Session> = {}) {
  const printed: string[] = [];
  const warned: string[] = [];
  const session: Session = {
    host,
    deadline: Deadline.in(10_000),
    configuration: DEFAULT_GUARD_CONFIGURATION,
    style: () => styleFor({}, 80),
    elapsed: () => 0,
    now: () => new Date(0),
    print: (text) => void printed.push(text),
    warn: (text) => void warned.push(text),
    ...change,
  };
  return { session, printed, warned };
}
