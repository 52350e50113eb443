import { spawn, type ChildProcess } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrivateBus } from './private-bus.js';
import { report } from './reports.js';

export const MAIN = fileURLToPath(new URL('../../src/bus-main.js', import.meta.url));
export const NAME = 'io.github.crioguard.Guard1';

export class Service {
  constructor(
    readonly bus: PrivateBus,
    readonly process: ChildProcess,
    readonly report: string,
    private readonly worker: Server,
    private readonly words: Buffer[],
  ) {}

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
  MAIN,
  `--address=${bus.address}`,
  `--idle=${idle}`,
  `--report=${join(bus.directory, 'report.json')}`,
  `--worker=${join(bus.directory, 'worker')}`,
];

/** The real service on a bus of its own; the worker behind it answers with a report. */
async function start(idle = 60): Promise<Service> {
  const bus = await PrivateBus.start();
  const worker = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () =>
      setTimeout(() => socket.end(JSON.stringify(report({ verdict: 'warning' }))), 100),
    );
  });
  worker.listen(join(bus.directory, 'worker'));
  const process = spawn(globalThis.process.execPath, argumentsFor(bus, idle), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: Buffer[] = [];
  process.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  const service = new Service(bus, process, join(bus.directory, 'report.json'), worker, words);
  const client = await bus.connect();
  const asks = { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' };
  for (;;) {
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
