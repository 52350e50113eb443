import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestName } from '../../src/bus/bus-name.js';
import { helloAnswer } from './fake-bus.js';
import { number, rawMessage, text } from './wire-format.js';
import { opened, ping, withBus } from './with-bus.js';

test('garbage while serving: the loss is reported, the process lives', () =>
  withBus({}, async (bus) => {
    const connection = await opened(bus.address);
    bus.send(Buffer.from('l\x01\x00\x01\xff\xff\xff\xff\x01\x00\x00\x00\xff\xff\xff\xff', 'latin1'));
    assert.match(await connection.lost, /no D-Bus message/);
  }));

test('the bus dies while serving: the loss is reported, and every call in flight ends', () =>
  withBus({}, async (bus) => {
    const connection = await opened(bus.address);
    const calls = Array.from({ length: 100 }, () => connection.call(ping(60_000)));
    setTimeout(() => bus.die(), 20);
    const replies = await Promise.all(calls);
    assert.ok(replies.every(({ kind }) => kind === 'silence'));
    await connection.lost;
    assert.equal((await connection.call(ping(60_000))).kind, 'silence', 'a call after that ends too');
    connection.signal('/a', 'a.b', 'C', '', []);
  }));

test('a call without an answer ends in time and leaves nothing behind', () =>
  withBus({}, async (bus) => {
    const connection = await opened(bus.address);
    const began = performance.now();
    const replies = await Promise.all(Array.from({ length: 50 }, () => connection.call(ping(100))));
    assert.ok(performance.now() - began < 3000);
    assert.ok(replies.every((reply) => reply.kind === 'silence' && reply.why.includes('100 ms')));
    // The private table of dbus-next is where it would leak.
    const inner = connection as unknown as {
      inner: { _methodReturnHandlers: object };
      waiting: Set<unknown>;
    };
    assert.equal(Object.keys(inner.inner._methodReturnHandlers).length, 0);
    assert.equal(inner.waiting.size, 0);
    await connection.close();
  }));

test('one message that cannot be read is skipped, and the next one answered', () =>
  withBus({}, async (bus) => {
    const warnings: string[] = [];
    const connection = await opened(bus.address, warnings);
    let served = 0;
    const watch = { begin: () => undefined, end: () => undefined };
    connection.serve(() => {
      served += 1;
      return Promise.resolve({ kind: 'return', signature: '', body: [] });
    }, watch);
    const call = { kind: 1, serial: 9, path: '/a', interface: 'a.b', member: 'C', sender: ':1.3' } as const;
    bus.send(rawMessage({ ...call, body: ['h', number(0)] }));
    bus.send(rawMessage({ ...call, kind: 4, path: 'no path' }));
    bus.send(rawMessage({ ...call, body: ['s', number(4000)] }));
    bus.send(rawMessage({ ...call, body: ['(', number(0)] }));
    bus.send(rawMessage(call));
    while (served === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(warnings.length, 1, 'one line for all of them');
    await connection.close();
  }));

test('a call is heard whatever names were asked for before', () =>
  withBus({}, async (bus) => {
    const connection = await opened(bus.address);
    const heard = new Promise<string>((resolve) => {
      const watch = { begin: () => undefined, end: () => undefined };
      connection.serve((call) => {
        resolve(call.member);
        return Promise.resolve({ kind: 'return', signature: '', body: [] });
      }, watch);
    });
    // Ask for a name that nobody has: the error comes from the bus, and dbus-next takes the bus for its owner.
    const asked = connection.call({ ...ping(2000), destination: 'io.github.crioguard.Guard1' });
    const error = { kind: 3, serial: 5, replySerial: 2, sender: 'org.freedesktop.DBus' } as const;
    bus.send(
      rawMessage({
        ...error,
        errorName: 'org.freedesktop.DBus.Error.NameHasNoOwner',
        body: ['s', text('no')],
      }),
    );
    assert.equal((await asked).kind, 'error');
    const call = {
      kind: 1,
      serial: 6,
      path: '/a',
      interface: 'a.b',
      member: 'Heard',
      sender: ':1.3',
    } as const;
    bus.send(rawMessage({ ...call, destination: 'io.github.crioguard.Guard1' }));
    assert.equal(await heard, 'Heard');
    await connection.close();
  }));

test('a name that somebody else has is not had', async () => {
  for (const [code, wanted] of [
    [1, undefined],
    [2, 'another program has it'],
    [3, 'another program has it'],
  ] as const) {
    await withBus(
      {
        onMessage: (socket) =>
          socket.write(rawMessage({ kind: 2, serial: 4, replySerial: 2, body: ['u', number(code)] })),
      },
      async ({ address }) => {
        const connection = await opened(address);
        assert.equal(await requestName(connection, 'io.github.crioguard.Guard1'), wanted);
        await connection.close();
      },
    );
  }
});

test('what is sent just before closing arrives', () =>
  withBus({}, async (bus) => {
    const connection = await opened(bus.address);
    connection.signal('/a', 'a.b', 'LastWord', 's', ['x'.repeat(10_000)]);
    await connection.close();
    while (!Buffer.concat(bus.received).includes('LastWord'))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }));

test('bytes that come together with the end of the greeting are read', () =>
  withBus(
    {
      onHello: (socket) =>
        socket.write(
          Buffer.concat([
            helloAnswer(),
            rawMessage({ kind: 4, serial: 2, path: '/a', interface: 'a.b', member: 'NameAcquired' }),
          ]),
        ),
    },
    async ({ address }) => {
      const connection = await opened(address);
      assert.equal(connection.name, ':1.7');
      await connection.close();
    },
  ));
