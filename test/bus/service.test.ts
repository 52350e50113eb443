import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { requestName } from '../../src/bus/bus-name.js';
import type { Connection } from '../../src/bus/connection.js';
import { GUARD, GUARD_PATH } from '../../src/bus/definition.js';
import { Activity } from '../../src/bus/idle.js';
import { introspectObject } from '../../src/bus/introspection.js';
import { ERROR, failed, returned, Typed, type Answer } from '../../src/bus/message.js';
import { getProperty, guardCall, PrivateBus, withoutDaemon } from './private-bus.js';
import { failing } from './reports.js';
import { NAME, withService } from './service.js';

const skip = withoutDaemon;

test('the live object is what the table says', { skip }, () =>
  withService(async ({ bus }) => {
    const client = await bus.connect();
    const reply = await client.call(
      guardCall('Introspect', { interface: 'org.freedesktop.DBus.Introspectable' }),
    );
    assert.ok(reply.kind === 'return');
    assert.equal(reply.body[0], introspectObject(GUARD));
    for (const { name, type } of GUARD.properties) {
      const value = await client.call(getProperty(name));
      assert.ok(value.kind === 'return', name);
      // dbus-next hands a variant over with the signature that came over the wire.
      assert.equal((value.body[0] as { signature: string }).signature, type, name);
    }
    await client.close();
  }),
);

test('no property can be set, whatever the policy of the bus allows', { skip }, () =>
  withService(async ({ bus }) => {
    const client = await bus.connect();
    for (const { name } of GUARD.properties) {
      const before = await client.call(getProperty(name));
      const set = await client.call(
        guardCall('Set', {
          interface: 'org.freedesktop.DBus.Properties',
          signature: 'ssv',
          body: [NAME, name, new Typed('s', 'forged')],
        }),
      );
      assert.ok(set.kind === 'error', name);
      assert.equal(set.name, ERROR.readOnly, name);
      assert.deepEqual(await client.call(getProperty(name)), before, name);
    }
    await client.close();
  }),
);

test('a change is signalled with the old verdict and the new one', { skip }, () =>
  withService(async (service) => {
    const client = await service.bus.connect();
    const heard = await listen(client);
    service.show(failing());
    await client.call(getProperty('Verdict'));
    await client.call(getProperty('Verdict'));
    const signals = heard();
    assert.match(signals, /PropertiesChanged[^]*Verdict[^]*error/);
    assert.match(signals, /VerdictChanged[^]*unknown[^]*error/);
    assert.equal(signals.match(/VerdictChanged/g)?.length, 1, 'once, though it was asked for twice');
    assert.doesNotMatch(signals, /Version/, 'what never changes is not told');
    await client.close();
  }),
);

/** Has the bus send the service's signals to a client. @returns what has come to it since */
async function listen(client: Connection): Promise<() => string> {
  // The wrapper throws signals away, since the service listens to none: so to the bytes themselves.
  const { stream } = (client as unknown as { inner: { _connection: { stream: Socket } } }).inner._connection;
  const bytes: Buffer[] = [];
  const match = { member: 'AddMatch', signature: 's', body: [`type='signal',path='${GUARD_PATH}'`] };
  const bus = { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' };
  const reply = await client.call({ ...bus, ...match, limit: 5000 });
  assert.equal(reply.kind, 'return');
  stream.on('data', (chunk: Buffer) => bytes.push(chunk));
  return () => Buffer.concat(bytes).toString('latin1');
}

test('a new report is seen by the next call, hostile text and all', { skip }, () =>
  withService(async (service) => {
    const client = await service.bus.connect();
    service.show(failing());
    const verdict = await client.call(getProperty('Verdict'));
    assert.equal(JSON.stringify(verdict), '{"kind":"return","body":[{"signature":"s","value":"error"}]}');
    const findings = await client.call(getProperty('Findings'));
    assert.match(JSON.stringify(findings), /it \ufffd will\ufffd fail/);
    await client.close();
  }),
);

test('a thousand calls in flight, of callers who stay and of callers who vanish', { skip }, () =>
  withService(async (service) => {
    const [client, vanishing] = [await service.bus.connect(), await service.bus.connect()];
    const staying = Array.from({ length: 1000 }, (_, index) =>
      client.call(index % 2 === 0 ? guardCall('Check') : getProperty('Findings')),
    );
    for (let index = 0; index < 500; index += 1) void vanishing.call(guardCall('Check'));
    setTimeout(() => void vanishing.close(), 20);
    const replies = await Promise.all(staying);
    const wrong = replies.filter(({ kind }) => kind !== 'return');
    // Tests that do not run as root are asked for a consent that nobody can give on this bus.
    if (process.getuid?.() === 0) assert.deepEqual(wrong, []);
    assert.ok(replies.every(({ kind }) => kind !== 'silence'));
    assert.equal((await client.call(getProperty('Version'))).kind, 'return');
    assert.equal(service.process.exitCode, null);
    await client.close();
  }),
);

test('what a handler may do wrong never reaches a caller', { skip }, async () => {
  const bus = await PrivateBus.start();
  const [server, client] = [await bus.connect(), await bus.connect()];
  assert.match((await requestName(server, 'org.example.Denied')) ?? '', /not allowed|denied/i);
  assert.equal(await requestName(server, NAME), undefined);
  const answers: Record<string, () => Promise<Answer>> = {
    Throws: () => Promise.reject(new Error('secret')),
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the trap
    RejectsWithNothing: () => Promise.reject(),
    WrongType: () => Promise.resolve(returned('u', ['text'])),
    TooLarge: () => Promise.resolve(returned('u', [2 ** 40])),
    TooMany: () => Promise.resolve(returned('s', ['a', 'b'])),
    InvalidPath: () => Promise.resolve(returned('o', ['not a path'])),
    Null: () => Promise.resolve(returned('s', [null as unknown as string])),
    Good: () => Promise.resolve(returned('v', [new Typed('s', '\ud800\0')])),
    OwnError: () => Promise.resolve(failed('org.example.Error', 'words')),
  };
  const activity = new Activity(60_000);
  server.serve((call) => answers[call.member]?.() ?? Promise.reject(new Error('none')), activity);
  for (const member of Object.keys(answers)) {
    const reply = await client.call(guardCall(member, { limit: 3000 }));
    assert.notEqual(reply.kind, 'silence', member);
    assert.doesNotMatch(JSON.stringify(reply), /secret|\.js|node_modules/, member);
    if (member === 'OwnError') assert.deepEqual(reply, failed('org.example.Error', 'words'));
    if (member === 'Good') assert.match(JSON.stringify(reply), /\ufffd\ufffd/);
  }
  await activity.quiet(100);
  await Promise.all([server.close(), client.close()]);
  bus.stop();
});
