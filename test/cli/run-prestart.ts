import { lookBeforeStart } from '../../src/cli/look-before-start.js';
import { decide, type Prestart } from '../../src/cli/prestart.js';
import type { Session } from '../../src/cli/session.js';
import type { OwnState } from '../../src/fix/begin-change.js';
import type { Host } from '../../src/host/host.js';

/**
 * A start in one module: the program looks in the bundle of the start, and decides in another one.
 *
 * @param look what was already asked in this run
 */
export const runPrestart = async (
  session: Session,
  own: OwnState,
  look: Host = session.host,
): Promise<Prestart> => decide(session, own, await lookBeforeStart(session, own.ledger, look));
