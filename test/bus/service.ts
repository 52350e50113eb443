import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { PrivateBus } from './private-bus.js';
import { report } from './reports.js';

/** The installed file, not the module it is made of: packaging/tools/bundle.js can break one and not the other. */
export const MAIN = resolve('dist/bus-main.cjs');
const UNIT = readFileSync('systemd/system/crio-guard-dbus.service', 'utf8');
/** The options that the unit gives to Node. */
const NODE_OPTIONS = /^ExecStart=@NODE@ (.*) @LIBDIR@\/bus-main\.cjs$/m.exec(UNIT)?.[1]?.split(' ') ?? [];

export const NAME = 'io.github.crioguard.Guard1';

/** What the worker prints, each time it is asked. */
interface Work {
  output: string;
}

export class Service {
  constructor(
    readonly bus: PrivateBus,
    readonly process: ChildProcess,
    readonly report: string,
    private readonly worker: Server,
    private readonly words: Buffer[],
    private readonly work: Work,
  ) {}

  workerPrints(output: string): void {
    this.work.output = output;
  }

  get said(): string {
    return Buffer.concat(this.words).toString();
  }

  show(content: unknown): void {
    writeFileSync(`${this.report}.new`, JSON.stringify(content));
    renameSync(`${this.report}.new`, this.report);
  }

  ended(): Promise<number | null> {
    if (this.process.exitCode !== null) return Promise.resolve(this.process.exitCode);
    return new Promise((resolve) => this.process.once('exit', resolve));
  }

  stop(): void {
    this.process.kill('SIGKILL');
    this.worker.close();
    this.bus.stop();
  }
}

export const argumentsFor = (bus: PrivateBus, idle: number): string[] => [
  ...NODE_OPTIONS,
  MAIN,
  `--address=${bus.address}`,
  `--idle=${idle}`,
  `--report=${join(bus.directory, 'report.json')}`,
  `--owner=${process.getuid?.() ?? 0}`,
  `--worker=${join(bus.directory, 'worker')}`,
];

/** The real service on a bus of its own; the worker behind it answers with a report. */
async function start(idle = 60): Promise<Service> {
  const bus = await PrivateBus.start();
  const work: Work = { output: JSON.stringify(report({ verdict: 'warning' })) };
  const worker = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => setTimeout(() => socket.end(work.output), 100));
  });
  worker.listen(join(bus.directory, 'worker'));
  const process = spawn(globalThis.process.execPath, argumentsFor(bus, idle), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: Buffer[] = [];
  process.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  const service = new Service(bus, process, join(bus.directory, 'report.json'), worker, words, work);
  const client = await bus.connect();
  const asks = { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' };
  const began = performance.now();
  for (;;) {
    if (performance.now() - began > 20_000) {
      service.stop();
      throw new Error(`the service does not get its name: ${service.said}`);
    }
    const has = await client.call({
      ...asks,
      member: 'NameHasOwner',
      signature: 's',
      body: [NAME],
      limit: 5000,
    });
    if (has.kind === 'return' && has.body[0] === true) break;
    await pause(20);
  }
  await client.close();
  return service;
}

export async function withService(then: (service: Service) => Promise<void>, idle?: number): Promise<void> {
  const service = await start(idle);
  try {
    await then(service);
  } finally {
    service.stop();
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
