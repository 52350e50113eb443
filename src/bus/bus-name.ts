import type { Connection } from './connection.js';

/** The part of {@link Connection} that is used here. */
type Asking = Pick<Connection, 'call'>;

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  limit: 10_000,
};
const DO_NOT_QUEUE = 4;
const PRIMARY_OWNER = 1;

/** @returns why the name could not be had; waiting in a queue for it is not having it */
export async function requestName(bus: Asking, name: string): Promise<string | undefined> {
  const body = [name, DO_NOT_QUEUE];
  const reply = await bus.call({ ...BUS, member: 'RequestName', signature: 'su', body });
  if (reply.kind === 'silence') return reply.why;
  if (reply.kind === 'error') return reply.message;
  return reply.body[0] === PRIMARY_OWNER ? undefined : 'another program has it';
}

/** Every call that reached the bus before it took the name back has been handed over when this is done. */
export async function releaseName(bus: Asking, name: string): Promise<void> {
  await bus.call({ ...BUS, member: 'ReleaseName', signature: 's', body: [name] });
}

/** The numeric user behind a unique name; undefined when it has left or the bus does not say. */
export async function userOf(bus: Asking, sender: string): Promise<number | undefined> {
  const reply = await bus.call({ ...BUS, member: 'GetConnectionUnixUser', signature: 's', body: [sender] });
  const user = reply.kind === 'return' ? reply.body[0] : undefined;
  return typeof user === 'number' ? user : undefined;
}
