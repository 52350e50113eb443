import { readStartLimit } from '../config/service/start-limit.js';
import type { Host } from '../host/host.js';
import type { ProcessContext, Session } from './session.js';

/**
 * Where crio.service limits its start, this run ends in half of that time: the check in three fifths of the half, the
 * records in a third, and then it is killed ({@link ProcessContext.killAfter}).
 *
 * @returns milliseconds that the run may take
 */
export async function limitByStart(
  { deadline }: Pick<Session, 'deadline'>,
  { elapsed }: Pick<ProcessContext, 'elapsed'>,
  look: Host,
): Promise<number> {
  const limit = await readStartLimit(look);
  if (limit === undefined) return Infinity;
  const half = limit / 2;
  deadline.shorten(half * 0.6 - elapsed());
  return half;
}
