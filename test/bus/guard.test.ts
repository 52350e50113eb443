import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GUARD_NAME, GUARD_PATH } from '../../src/bus/definition.js';
import { Guard } from '../../src/bus/interface.js';
import { StateFile } from '../../src/bus/state-file.js';
import { ERROR, type Answer, type Call, type Reply, type Request } from '../../src/bus/message.js';
import { ReportState } from '../../src/bus/state.js';
import { documentedRules as rules } from '../../src/rules/index.js';
import { report } from './reports.js';

/** The service's object for a caller whom polkit keeps waiting, as when it asks a person who never answers. */
function guarded(): {
  readonly ask: (change: Partial<Call>) => Promise<Answer>;
  readonly consent: () => void;
} {
  const silent = (): void => undefined;
  const waiting: ((reply: Reply) => void)[] = [];
  const bus = {
    call: ({ member }: Request): Promise<Reply> =>
      member === 'GetConnectionUnixUser'
        ? Promise.resolve({ kind: 'return', body: [1000] })
        : new Promise((resolve) => waiting.push(resolve)),
  };
  const object = new Guard({
    bus,
    state: new ReportState('/nonexistent', new StateFile(undefined, silent), silent, silent),
    worker: { run: () => Promise.resolve({ kind: 'busy' }) },
    rules,
    version: '0',
    machineId: () => undefined,
  }).object();
  const call = { sender: ':1.9', path: GUARD_PATH, interface: GUARD_NAME, signature: '', body: [] };
  return {
    ask: (change) => object.answer({ ...call, member: 'Check', interactive: true, ...change }),
    consent: () => {
      for (const answer of waiting.splice(0)) answer({ kind: 'return', body: [[false, false, {}]] });
    },
  };
}

/** The service's object for root, with a worker that prints this. */
function withWorker(output: string): (change: Partial<Call>) => Promise<Answer> {
  const silent = (): void => undefined;
  const object = new Guard({
    bus: { call: () => Promise.resolve({ kind: 'return', body: [0] }) },
    state: new ReportState('/nonexistent', new StateFile(undefined, silent), silent, silent),
    worker: { run: () => Promise.resolve({ kind: 'done', output }) },
    rules,
    version: '0',
    machineId: () => undefined,
  }).object();
  const call = { sender: ':1.9', path: GUARD_PATH, interface: GUARD_NAME, signature: '', body: [] };
  return (change) => object.answer({ ...call, member: 'Check', interactive: false, ...change });
}

test('a worker that prints values of wrong types is an error of the call, not of the service', async () => {
  const whole = report();
  const fix = { member: 'Fix', signature: 'b', body: [true] } as const;
  assert.equal((await withWorker(JSON.stringify(whole))(fix)).kind, 'return');
  const wrong: readonly (readonly [string, unknown])[] = [
    ['verdict', 5],
    ['verdict', 'fine'],
    ['mode', null],
    ['time', []],
    ['prediction', {}],
    ['prediction', { outcome: 'starts', driver: 1 }],
    ['prediction', { outcome: 'unknown', missing: ['x'] }],
    ['effective', {}],
    ['findings', [{ code: 'CG201' }]],
    ['correction', 'none'],
    ['correction', { state: 'none', actions: [7] }],
  ];
  for (const [key, value] of wrong) {
    const ask = withWorker(JSON.stringify({ ...whole, [key]: value }));
    for (const call of [{}, fix]) {
      const answer = await ask(call);
      assert.ok(answer.kind === 'error' && answer.name === ERROR.failed, `${key} ${JSON.stringify(value)}`);
    }
  }
  const revert = { member: 'Revert' } as const;
  const entry = { code: 'CG201', time: '' };
  assert.equal(
    (await withWorker(JSON.stringify({ corrections: [{ ...entry, left: [] }] }))(revert)).kind,
    'return',
  );
  const refused = await withWorker(JSON.stringify({ kind: 'refused', why: 'CRI-O would fail', plan: {} }))(
    revert,
  );
  assert.ok(
    refused.kind === 'error' && refused.name === ERROR.failed && /CRI-O would fail/.test(refused.message),
  );
  for (const corrections of [5, [5], [entry], [{ ...entry, left: [1] }], [{ code: 1, left: [] }]]) {
    const answer = await withWorker(JSON.stringify({ corrections }))(revert);
    assert.ok(answer.kind === 'error' && answer.name === ERROR.failed, JSON.stringify(corrections));
  }
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a caller with thousands of pending consents is refused, and readers are not', async () => {
  const { ask, consent } = guarded();
  const waiting = Array.from({ length: 1024 }, () => ask({}));
  await settle();
  const refused = await ask({});
  assert.ok(refused.kind === 'error' && refused.name === ERROR.limitsExceeded);
  const properties = { interface: 'org.freedesktop.DBus.Properties', member: 'GetAll' } as const;
  assert.equal((await ask({ ...properties, signature: 's', body: [GUARD_NAME] })).kind, 'return');
  assert.equal((await ask({ member: 'Explain', signature: 's', body: ['CG201'] })).kind, 'return');
  consent();
  for (const answer of await Promise.all(waiting)) assert.ok(answer.kind === 'error');
  const next = ask({});
  await settle();
  consent();
  const answer = await next;
  assert.ok(answer.kind === 'error' && answer.name === ERROR.accessDenied, 'the places are free again');
});
