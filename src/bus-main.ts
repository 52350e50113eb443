import { readRegularFile } from './host/linux/regular-file.js';
import { valueOf } from './host/probe.js';
import { parseArgs } from 'node:util';
import { SYSTEM_BUS } from './bus/address.js';
import { requestName } from './bus/bus-name.js';
import { Connection } from './bus/connection.js';
import { GUARD_NAME, GUARD_PATH } from './bus/definition.js';
import { Activity, leave } from './bus/idle.js';
import { Guard } from './bus/interface.js';
import { PROPERTIES } from './bus/object.js';
import { StateFile } from './bus/state-file.js';
import { ReportState, type Change } from './bus/state.js';
import { Worker } from './bus/worker.js';
import { documentedRules } from './rules/index.js';
import { VERSION } from './version.js';

/** Milliseconds for reaching the bus. */
const REACH = 10_000;

/** The D-Bus service; systemd starts it for a call, and it ends when it is idle. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      address: { type: 'string', default: process.env['DBUS_SYSTEM_BUS_ADDRESS'] ?? SYSTEM_BUS },
      idle: { type: 'string', default: '60' },
      report: { type: 'string', default: '/run/crio-guard/report.json' },
      owner: { type: 'string', default: '0' },
      worker: { type: 'string', default: '/run/crio-guard-worker.socket' },
    },
  });
  const bus = await Connection.open(values.address, REACH, warn);
  if ('error' in bus) return failure(bus.error);
  const activity = new Activity(Number(values.idle) * 1000);
  const worker = new Worker(values.worker);
  try {
    return await serve(bus, activity, worker, { file: values.report, owner: Number(values.owner) });
  } finally {
    // Whatever is left open would keep the process.
    activity.stop();
    worker.close();
    await bus.close();
  }
}

/** The report of the last run, and the user who alone may write it. */
interface ReportFile {
  readonly file: string;
  readonly owner: number;
}

async function serve(
  bus: Connection,
  activity: Activity,
  worker: Worker,
  report: ReportFile,
): Promise<number> {
  const announce = ({ properties, verdict }: Change): void => {
    if (verdict !== undefined) {
      bus.signal(GUARD_PATH, GUARD_NAME, 'VerdictChanged', 'ss', [verdict.old, verdict.new]);
    }
    bus.signal(GUARD_PATH, PROPERTIES, 'PropertiesChanged', 'sa{sv}as', object.changed(properties));
  };
  const state = new ReportState(
    report.file,
    new StateFile(process.env['RUNTIME_DIRECTORY'], warn),
    announce,
    warn,
    report.owner,
  );
  const object = new Guard({
    bus,
    state,
    worker,
    rules: documentedRules,
    version: VERSION,
    machineId,
  }).object();
  bus.serve((call) => {
    state.refresh();
    return object.answer(call);
  }, activity);
  const refused = await requestName(bus, GUARD_NAME);
  if (refused !== undefined) return failure(`the name ${GUARD_NAME} could not be had: ${refused}`);
  // Only now: what is written before systemd takes us for started must not be missed.
  state.refresh();

  process.on('SIGHUP', () => state.refresh());
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve('stopped'));
  });
  const end = await Promise.race([activity.idle, stopped, bus.lost.then((why) => ({ why }))]);
  if (typeof end === 'object') return failure(`the bus is gone: ${end.why}`);
  await leave(bus, GUARD_NAME, activity);
  return 0;
}

function failure(why: string): number {
  process.stderr.write(`<3>crio-guard-dbus: ${why}\n`);
  return 1;
}

function warn(text: string): void {
  process.stderr.write(`${text.replace(/^/gm, '<4>crio-guard-dbus: ')}\n`);
}

function machineId(): string | undefined {
  const content = valueOf(readRegularFile('/etc/machine-id', 4096));
  return content === undefined ? undefined : Buffer.from(content).toString('utf8').trim();
}

// Nobody may hear it: journald was started again, or the terminal is gone.
process.stderr.on('error', () => undefined);
// Failure until proven otherwise: a promise that never settles must not look like success.
process.exitCode = 1;
void main().then((code) => {
  process.exitCode = code;
});
