import { Connection } from '../../src/bus/connection.js';
import type { Request } from '../../src/bus/message.js';
import { FakeBus, type Manners } from './fake-bus.js';

export async function withBus(manners: Manners, then: (bus: FakeBus) => Promise<void>): Promise<void> {
  const bus = await FakeBus.start(manners);
  try {
    await then(bus);
  } finally {
    await bus.stop();
  }
}

export async function opened(address: string, warnings: string[] = []): Promise<Connection> {
  const connection = await Connection.open(address, 5000, (text) => warnings.push(text));
  if ('error' in connection) throw new Error(connection.error);
  return connection;
}

/** A call to somebody else. */
export const ping = (limit: number): Request => ({
  destination: 'org.example.Other',
  path: '/',
  interface: 'org.freedesktop.DBus.Peer',
  member: 'Ping',
  limit,
});
