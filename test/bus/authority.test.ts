import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { refusal } from '../../src/bus/authority.js';
import { ERROR, failed, type Call, type Reply, type Request } from '../../src/bus/message.js';

const call: Call = {
  sender: ':1.42',
  path: '/',
  interface: undefined,
  member: 'Fix',
  signature: '',
  body: [],
  interactive: false,
};

/** Asks with a bus that knows the caller's user and has this polkit. */
async function asked(user: Reply, polkit: Reply, interactive = false) {
  const requests: Request[] = [];
  const bus = {
    call: (request: Request): Promise<Reply> => {
      requests.push(request);
      return Promise.resolve(request.member === 'GetConnectionUnixUser' ? user : polkit);
    },
  };
  const refused = await refusal(bus, { ...call, interactive }, 'io.github.crioguard.fix');
  return { refused: refused?.name, requests };
}

const user = (id: number): Reply => ({ kind: 'return', body: [id] });
const decision = (authorized: boolean, challenge = false): Reply => ({
  kind: 'return',
  body: [[authorized, challenge, {}]],
});

test('root may, and polkit is not asked', async () => {
  const { refused, requests } = await asked(user(0), decision(false));
  assert.equal(refused, undefined);
  assert.equal(requests.length, 1);
});

test('anybody else may what polkit allows', async () => {
  assert.equal((await asked(user(1000), decision(true))).refused, undefined);
  assert.equal((await asked(user(1000), decision(false))).refused, ERROR.accessDenied);
});

test("polkit gets the caller's name on the bus, and may ask a person only if the caller waits", async () => {
  for (const interactive of [false, true]) {
    const { requests, refused } = await asked(user(1000), decision(false, true), interactive);
    const [subject, action, , flags] = requests[1]?.body ?? [];
    assert.deepEqual(JSON.parse(JSON.stringify(subject)), [
      'system-bus-name',
      { name: { signature: 's', value: ':1.42' } },
    ]);
    assert.equal(action, 'io.github.crioguard.fix');
    assert.equal(flags, interactive ? 1 : 0);
    assert.equal(refused, interactive ? ERROR.accessDenied : ERROR.interactionRequired);
  }
});

test('every missing answer is a refusal', async () => {
  const silence: Reply = { kind: 'silence', why: 'late' };
  const gone = failed('org.freedesktop.DBus.Error.NameHasNoOwner', 'gone');
  const missingAnswers: (readonly [Reply, Reply])[] = [
    [gone, decision(true)],
    [silence, decision(true)],
    [{ kind: 'return', body: [] }, decision(true)],
    [{ kind: 'return', body: ['0'] }, decision(true)],
    [user(1000), silence],
    [user(1000), failed('org.freedesktop.DBus.Error.ServiceUnknown', 'no polkit')],
    [user(1000), failed('org.freedesktop.PolicyKit1.Error.NotAuthorized', 'no')],
    [user(1000), { kind: 'return', body: [] }],
    [user(1000), { kind: 'return', body: ['true'] }],
    [user(1000), { kind: 'return', body: [[1, 1]] }],
  ];
  for (const [who, polkit] of missingAnswers)
    assert.equal((await asked(who, polkit)).refused, ERROR.accessDenied);
});

test('the actions asked for are those of the policy file', () => {
  const policy = readFileSync('packaging/polkit-1/actions/io.github.crioguard.policy', 'utf8');
  const actions = [...policy.matchAll(/<action id="([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(
    actions,
    ['check', 'fix', 'revert'].map((word) => `io.github.crioguard.${word}`),
  );
});
