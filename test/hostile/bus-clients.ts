import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../../src/bus/connection.js';
import { GUARD } from '../../src/bus/definition.js';
import { ERROR, type BusValue, type Reply } from '../../src/bus/message.js';
import { getProperty, guardCall, withoutDaemon } from '../bus/private-bus.js';
import { report } from '../bus/reports.js';
import { withService, type Service } from '../bus/service.js';
import type { Attempted, Fault, HostileClass } from './fault.js';
import { FORMS } from './forms.js';

/** Clients at one time. */
const CLIENTS = 200;
/** Milliseconds for each answer. */
const LATE = 20_000;
/** The service may use so much more memory after all of it than before, in KiB. */
const GROWTH = 48 * 1024;

const WRONG: readonly (readonly [signature: string, body: readonly BusValue[]])[] = [
  ['', []],
  ['i', [1]],
  ['s', ['\u001b[31m'.repeat(4000)]],
  ['as', [Array.from({ length: 1000 }, () => 'x')]],
  ['ss', ['x', 'y']],
  ['ay', [[0, 1, 2]]],
];

/** A wrong call is an error of the call: no silence, and no words of a bug. */
function faultOf(reply: Reply): Fault | undefined {
  if (reply.kind === 'silence') return 'hang';
  return reply.kind === 'error' && /internal error|\.js|node_modules/.test(reply.message)
    ? 'exception'
    : undefined;
}

const memoryOf = ({ process: { pid } }: Service): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1]);

/** Wrong calls of every method, of no method, and of other objects and interfaces. */
async function* wrongCalls(client: Connection): AsyncIterable<Attempted> {
  const methods = GUARD.methods.map(({ name, in: takes }) => ({
    name,
    right: takes.map(({ type }) => type).join(''),
  }));
  for (const { name, right } of [...methods, { name: 'Format', right: undefined }]) {
    for (const [signature, body] of WRONG) {
      if (signature === right) continue;
      const reply = await client.call(guardCall(name, { signature, body, limit: LATE }));
      const isError = reply.kind === 'error';
      yield {
        what: `${name} with "${signature}"`,
        fault: faultOf(reply) ?? (isError ? undefined : 'other broken promise'),
      };
    }
  }
  for (const path of ['/', '/io', '/io/github/crioguard/Guard1/x']) {
    const reply = await client.call(guardCall('Check', { path, limit: LATE }));
    yield { what: `Check of ${path}`, fault: faultOf(reply) };
  }
  for (const name of ['', 'x', '\u001b', 'Verdict '.repeat(1000)])
    yield { what: `the property ${name.slice(0, 20)}`, fault: faultOf(await client.call(getProperty(name))) };
}

/** Each client asks, and every other one leaves before the answer. */
async function crowd(service: Service): Promise<readonly Attempted[]> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => service.bus.connect()));
  const asked = clients.map(async (client, index): Promise<Attempted> => {
    const calls = [
      guardCall('Check'),
      getProperty('Findings'),
      guardCall('Explain', { signature: 's', body: ['CG201'] }),
    ];
    const replies = Promise.all(calls.map((call) => client.call({ ...call, limit: LATE })));
    if (index % 2 === 1) {
      await client.close();
      return { what: `client ${index} that leaves`, fault: undefined };
    }
    const faults = (await replies).map(faultOf);
    return { what: `client ${index}`, fault: faults.find((fault) => fault !== undefined) };
  });
  const attempted = await Promise.all(asked);
  await Promise.all(clients.map((client) => client.close()));
  return attempted;
}

/** The report of the last run in each form. */
async function* reports(service: Service, client: Connection): AsyncIterable<Attempted> {
  for (const [behaviour, form] of Object.entries(FORMS)) {
    fs.rmSync(service.report, { recursive: true, force: true });
    form.make({ path: service.report, right: Buffer.from('{"schemaVersion":1}') });
    const reply = await client.call({ ...getProperty('Verdict'), limit: LATE });
    const isUnknown = JSON.stringify(reply).includes('"unknown"');
    yield {
      what: `the report is ${behaviour}`,
      fault: faultOf(reply) ?? (isUnknown ? undefined : 'exact error from a broken answer'),
    };
  }
  fs.rmSync(service.report, { recursive: true, force: true });
}

const WHOLE = report();
/** What a worker could print that is no report, each of other types than the methods answer with. */
const OUTPUTS: Readonly<Record<string, string>> = {
  nothing: '',
  'no JSON': 'Segmentation fault',
  'no UTF-8': '\ufffd\0\ufffd',
  'lists in lists': '['.repeat(100_000),
  'half of a report': JSON.stringify(WHOLE).slice(0, 100),
  'a report in a list': JSON.stringify([WHOLE]),
  'another version': JSON.stringify({ ...WHOLE, schemaVersion: 2 }),
  'a verdict of no kind': JSON.stringify({ ...WHOLE, verdict: 'fine' }),
  'a verdict that is a number': JSON.stringify({ ...WHOLE, verdict: 0 }),
  'a prediction that is a text': JSON.stringify({ ...WHOLE, prediction: 'starts' }),
  'findings that are no list': JSON.stringify({ ...WHOLE, findings: { length: 1 } }),
  'findings without words': JSON.stringify({ ...WHOLE, findings: [{ code: 'CG201' }] }),
  'a correction without actions': JSON.stringify({ ...WHOLE, correction: { state: 'none' } }),
  'a code that is a list': JSON.stringify({ ...WHOLE, correction: { ...WHOLE.correction, code: [] } }),
  'corrections that are numbers': JSON.stringify({ corrections: [1] }),
};

/** The error says what was expected in place of what was found, or that there was no JSON at all. */
const SAYS_WHY = /expected .*, found |not a JSON object|gave no answer/;

async function* outputs(service: Service, client: Connection): AsyncIterable<Attempted> {
  // Who is not root is refused before the worker is asked.
  if (process.getuid?.() !== 0) return;
  for (const [behaviour, output] of Object.entries(OUTPUTS)) {
    service.workerPrints(output);
    for (const [member, more] of [
      ['Check', {}],
      ['Fix', { signature: 'b', body: [true] }],
      ['Revert', {}],
    ] as const) {
      const reply = await client.call(guardCall(member, { ...more, limit: LATE }));
      const isNamed = reply.kind === 'error' && SAYS_WHY.test(reply.message);
      yield {
        what: `${member} of a worker that prints ${behaviour}: ${JSON.stringify(reply)}`,
        fault: faultOf(reply) ?? (isNamed ? undefined : 'other broken promise'),
      };
    }
  }
}

const SCRIPT = fileURLToPath(new URL('unprivileged-call.js', import.meta.url));

/** Who is not root changes nothing: no polkit is there to consent. */
function* unprivileged({ bus }: Service): Iterable<Attempted> {
  if (process.getuid?.() !== 0) return;
  fs.chmodSync(bus.directory, 0o755);
  for (const member of ['Fix', 'Revert', 'Check']) {
    const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const { stdout } = spawnSync('setpriv', [...user, process.execPath, SCRIPT, bus.address, member], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    const isRefused = stdout.includes(ERROR.accessDenied) || stdout.includes(ERROR.interactionRequired);
    yield {
      what: `${member} of a user who is not root: ${stdout}`,
      fault: isRefused ? undefined : 'other broken promise',
    };
  }
}

async function* attempts(service: Service): AsyncIterable<Attempted> {
  const client = await service.bus.connect();
  yield* await crowd(service);
  const before = memoryOf(service);
  yield* await crowd(service);
  yield* await crowd(service);
  yield* wrongCalls(client);
  yield* unprivileged(service);
  yield* reports(service, client);
  yield* outputs(service, client);
  const grown = memoryOf(service) - before;
  yield { what: `memory grew by ${grown} KiB`, fault: grown > GROWTH ? 'other broken promise' : undefined };
  yield { what: 'the service has ended', fault: service.process.exitCode === null ? undefined : 'exception' };
  await client.close();
}

/** Every attempt on a service of its own. */
export async function busAttempts(): Promise<readonly Attempted[]> {
  const made: Attempted[] = [];
  await withService(async (service) => {
    for await (const attempted of attempts(service)) made.push(attempted);
  });
  return made;
}

export const busClass: HostileClass = {
  name: 'call or client on D-Bus',
  lack: withoutDaemon === false ? undefined : withoutDaemon,
  async *attempts(): AsyncIterable<Attempted> {
    yield* await busAttempts();
  },
};
