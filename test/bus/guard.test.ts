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
  const finding = { code: 'CG201', slug: '', severity: '', certainty: '', message: '', ignored: false };
  const action = { kind: '', description: '' };
  const wrong: readonly (readonly [change: object, key: string, expected: string, found: string])[] = [
    [{ schemaVersion: 2 }, 'schemaVersion', '1', '2'],
    [{ verdict: 5 }, 'verdict', '"ok" or "warning" or "error" or "unknown"', '5'],
    [{ verdict: 'fine' }, 'verdict', '"ok" or "warning" or "error" or "unknown"', '"fine"'],
    [{ mode: null }, 'mode', 'a string', 'null'],
    [{ time: [] }, 'time', 'a string', 'an array'],
    [{ prediction: {} }, 'prediction.outcome', '"starts" or "fails" or "unknown"', 'nothing'],
    [{ prediction: { outcome: 'starts', driver: 1 } }, 'prediction.driver', 'a string', 'a number'],
    [
      { prediction: { outcome: 'unknown', missing: ['x'] } },
      'prediction.missing[0]',
      'an object',
      'a string',
    ],
    [{ effective: {} }, 'effective.graphroot', 'an object', 'nothing'],
    [{ findings: {} }, 'findings', 'an array', 'an object'],
    [{ findings: [finding, { code: true }] }, 'findings[1].code', 'a string', 'a boolean'],
    [{ correction: 'none' }, 'correction', 'an object', 'a string'],
    [{ correction: { state: 'none', code: 5, actions: [] } }, 'correction.code', 'a string', 'a number'],
    [{ correction: { state: 'none', actions: [7] } }, 'correction.actions[0]', 'an object', 'a number'],
    [
      { correction: { state: 'none', actions: [{ ...action, difference: [] }] } },
      'correction.actions[0].difference',
      'a string',
      'an array',
    ],
  ];
  for (const [change, key, expected, found] of wrong) {
    const ask = withWorker(JSON.stringify({ ...whole, ...change }));
    for (const call of [{}, fix]) {
      const answer = await ask(call);
      const what = `${key}: expected ${expected}, found ${found}`;
      assert.ok(
        answer.kind === 'error' && answer.name === ERROR.failed && answer.message.endsWith(what),
        what,
      );
    }
  }
  for (const output of ['', 'no', '[]', '"\\ud800"']) {
    const answer = await withWorker(output)({});
    assert.ok(answer.kind === 'error' && answer.message.includes('not a JSON object'), output);
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
  const broken: readonly (readonly [corrections: unknown, what: string])[] = [
    [5, 'corrections: expected an array, found a number'],
    [[5], 'corrections[0]: expected an object, found a number'],
    [[entry], 'corrections[0].left: expected an array, found nothing'],
    [[{ ...entry, left: [1] }], 'corrections[0].left[0]: expected a string, found a number'],
    [[{ ...entry, code: 1, left: [] }], 'corrections[0].code: expected a string, found a number'],
  ];
  for (const [corrections, what] of broken) {
    const answer = await withWorker(JSON.stringify({ corrections }))(revert);
    assert.ok(answer.kind === 'error' && answer.name === ERROR.failed && answer.message.endsWith(what), what);
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
