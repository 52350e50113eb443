import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GUARD, GUARD_NAME, GUARD_PATH } from '../../src/bus/definition.js';
import { interfaceFile, introspectObject } from '../../src/bus/introspection.js';
import { ERROR, returned, Typed, type Answer, type Call } from '../../src/bus/message.js';
import { BusObject } from '../../src/bus/object.js';

const object = new BusObject(GUARD_PATH, GUARD, {
  property: (name) => `value of ${name}`,
  invoke: ({ member }) => Promise.resolve(returned('s', [member])),
  machineId: () => '0123',
});

const call = (change: Partial<Call>): Promise<Answer> =>
  object.answer({
    sender: ':1.9',
    path: GUARD_PATH,
    interface: GUARD_NAME,
    member: 'Check',
    signature: '',
    body: [],
    interactive: false,
    ...change,
  });

const properties = { interface: 'org.freedesktop.DBus.Properties' } as const;
const errorOf = async (change: Partial<Call>): Promise<string> => {
  const answer = await call(change);
  return answer.kind === 'error' ? answer.name : 'no error';
};

test('methods are found by name, interface and signature', async () => {
  assert.deepEqual(await call({}), returned('s', ['Check']));
  assert.deepEqual(await call({ interface: undefined }), returned('s', ['Check']));
  assert.equal(await errorOf({ member: 'Destroy' }), ERROR.unknownMethod);
  assert.equal(await errorOf({ member: 'constructor' }), ERROR.unknownMethod);
  assert.equal(await errorOf({ signature: 's', body: ['x'] }), ERROR.invalidArguments);
  assert.equal(await errorOf({ member: 'Fix', signature: 's', body: ['yes'] }), ERROR.invalidArguments);
  assert.equal(await errorOf({ interface: 'org.example.Other' }), ERROR.unknownInterface);
  assert.equal(await errorOf({ path: '/' }), ERROR.unknownObject);
  assert.equal(await errorOf({ path: `${GUARD_PATH}/x` }), ERROR.unknownObject);
});

test('properties are read one by one and all together', async () => {
  const get = { ...properties, member: 'Get', signature: 'ss' };
  assert.deepEqual(
    await call({ ...get, body: [GUARD_NAME, 'Verdict'] }),
    returned('v', [new Typed('s', 'value of Verdict')]),
  );
  assert.equal(await errorOf({ ...get, body: [GUARD_NAME, 'Nothing'] }), ERROR.unknownProperty);
  assert.equal(await errorOf({ ...get, body: ['org.example.Other', 'Verdict'] }), ERROR.unknownInterface);
  const all = await call({ ...properties, member: 'GetAll', signature: 's', body: [GUARD_NAME] });
  assert.ok(all.kind === 'return');
  assert.deepEqual(
    Object.keys(all.body[0] ?? {}),
    GUARD.properties.map(({ name }) => name),
  );
  assert.equal(await errorOf({ ...properties, member: 'GetAll', signature: '' }), ERROR.invalidArguments);
  assert.equal(await errorOf({ ...properties, member: 'toString', signature: '' }), ERROR.unknownMethod);
});

test('Set is refused for every property and assigns nothing', async () => {
  const set = { ...properties, member: 'Set', signature: 'ssv' };
  for (const { name } of GUARD.properties) {
    assert.equal(await errorOf({ ...set, body: [GUARD_NAME, name, 'x'] }), ERROR.readOnly);
    const after = await call({ ...properties, member: 'Get', signature: 'ss', body: [GUARD_NAME, name] });
    assert.ok(after.kind === 'return' && after.body[0] instanceof Typed);
    assert.equal(after.body[0].value, `value of ${name}`);
  }
});

test('Peer answers on every path', async () => {
  const peer = { interface: 'org.freedesktop.DBus.Peer', path: '/' } as const;
  assert.deepEqual(await call({ ...peer, member: 'Ping' }), returned());
  assert.deepEqual(await call({ ...peer, member: 'GetMachineId' }), returned('s', ['0123']));
  assert.equal(await errorOf({ ...peer, member: 'Other' }), ERROR.unknownMethod);
});

test('introspection leads from / to the object, and nothing else is there', async () => {
  const introspect = async (path: string): Promise<string> => {
    const answer = await call({
      interface: 'org.freedesktop.DBus.Introspectable',
      member: 'Introspect',
      path,
    });
    return answer.kind === 'error' ? answer.name : typeof answer.body[0] === 'string' ? answer.body[0] : '';
  };
  assert.match(await introspect('/'), /<node name="io"\/>/);
  assert.match(await introspect('/io/github'), /<node name="crioguard"\/>/);
  assert.doesNotMatch(await introspect('/'), /interface name="io\./);
  assert.equal(await introspect('/org'), ERROR.unknownObject);
  assert.equal(await introspect(GUARD_PATH), introspectObject(GUARD));
});

test('the installed interface file is the live interface with its texts', () => {
  const file = readFileSync('packaging/dbus-1/interfaces/io.github.crioguard.Guard1.xml', 'utf8');
  assert.equal(file, interfaceFile(GUARD), '"make docs" writes it anew');
  const bare = (xml: string): string => {
    const own = /<interface name="io\.github[\s\S]*?<\/interface>/.exec(xml)?.[0] ?? '';
    return own.replace(/<!--[\s\S]*?-->/g, '').replace(/\s+/g, ' ');
  };
  assert.equal(bare(file), bare(introspectObject(GUARD)));
});
