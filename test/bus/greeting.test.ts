import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Connection } from '../../src/bus/connection.js';
import type { Manners } from './fake-bus.js';
import { rawMessage, text } from './wire-format.js';
import { withBus } from './with-bus.js';

const SOON = 300;

async function refusedBy(manners: Manners, limit = 20_000): Promise<string> {
  let error = '';
  await withBus(manners, async ({ address }) => {
    const connection = await Connection.open(address, limit, () => undefined);
    assert.ok('error' in connection, 'it must not connect');
    error = connection.error;
  });
  return error;
}

test('no socket there: an answer, no crash', async () => {
  const connection = await Connection.open('unix:path=/nonexistent/bus', SOON, () => undefined);
  assert.ok('error' in connection);
  assert.match(connection.error, /ENOENT/);
});

test('an address that only a native add-on could open is refused', async () => {
  for (const address of [
    'unix:abstract=/tmp/x',
    'tcp:host=localhost,port=1',
    'unix:path=relative',
    'nonsense',
  ]) {
    const connection = await Connection.open(address, SOON, () => undefined);
    assert.ok('error' in connection);
    assert.match(connection.error, /names no unix socket/);
  }
});

test('a bus that accepts and closes, at any point of the greeting', async () => {
  const end = (socket: Socket): unknown => socket.end();
  assert.match(await refusedBy({ onConnect: end }), /ended|closed/);
  assert.match(await refusedBy({ onAuth: end }), /ended|closed/);
  assert.match(await refusedBy({ onHello: end }), /ended|closed/);
});

test('a bus that hangs, at any point of the greeting', async () => {
  const nothing = (): void => undefined;
  assert.match(await refusedBy({ onAuth: nothing }, SOON), /no answer within 300 ms/);
  assert.match(await refusedBy({ onHello: nothing }, SOON), /no answer within 300 ms/);
});

test('EXTERNAL refused: no other way is tried, with no HOME to look for cookies in', async () => {
  const home = process.env['HOME'];
  delete process.env['HOME'];
  try {
    assert.match(
      await refusedBy({ onAuth: (socket) => socket.write('REJECTED DBUS_COOKIE_SHA1\r\n') }),
      /auth/i,
    );
  } finally {
    process.env['HOME'] = home;
  }
});

test('Hello refused', async () => {
  const refusal = rawMessage({
    kind: 3,
    serial: 1,
    replySerial: 1,
    errorName: 'org.freedesktop.DBus.Error.LimitsExceeded',
    body: ['s', text('full')],
  });
  assert.match(await refusedBy({ onHello: (socket) => socket.write(refusal) }), /refused the connection/);
});

test('garbage in place of a greeting or of its answer', async () => {
  assert.match(
    await refusedBy({ onAuth: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n') }),
    /./,
  );
  assert.match(
    await refusedBy({ onHello: (socket) => socket.write(Buffer.alloc(64, 0xff)) }),
    /no D-Bus message/,
  );
});
