import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawMessage, text } from './wire-format.js';

/** What a bus does in place of what it should; each is one of the ways in which dbus-next hangs or dies. */
export interface Manners {
  /** As soon as somebody connects. */
  readonly onConnect?: (socket: Socket) => void;
  /** Instead of "OK", when EXTERNAL is offered. */
  readonly onAuth?: (socket: Socket) => void;
  /** Instead of the answer to Hello. */
  readonly onHello?: (socket: Socket) => void;
  /** For every message after Hello. */
  readonly onMessage?: (socket: Socket, message: Buffer) => void;
}

/** A socket that behaves like a bus just as far as told to. */
export class FakeBus {
  readonly received: Buffer[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly directory: string,
    private readonly server: Server,
    private readonly manners: Manners,
  ) {
    server.on('connection', (socket) => this.meet(socket));
  }

  static async start(manners: Manners): Promise<FakeBus> {
    const directory = mkdtempSync(join(tmpdir(), 'crio-guard-bus-'));
    const server = createServer();
    const bus = new FakeBus(directory, server, manners);
    await new Promise<void>((resolve) => server.listen(join(directory, 'bus'), resolve));
    return bus;
  }

  get address(): string {
    return `unix:path=${join(this.directory, 'bus')}`;
  }

  /** Sends to everybody who is connected. */
  send(bytes: Buffer): void {
    for (const socket of this.sockets) socket.write(bytes);
  }

  /** Ends every connection, as a daemon that dies does. */
  die(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.die();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.directory, { recursive: true, force: true });
  }

  private meet(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    this.manners.onConnect?.(socket);
    let greeted = false;
    socket.on('data', (bytes: Buffer) => {
      const line = bytes.toString('latin1');
      if (line.includes('AUTH ')) {
        if (this.manners.onAuth) this.manners.onAuth(socket);
        else socket.write('OK 0123456789abcdef0123456789abcdef\r\n');
        return;
      }
      const messages = line.startsWith('BEGIN\r\n') ? bytes.subarray(7) : bytes;
      if (messages.length === 0) return;
      this.received.push(messages);
      if (greeted) return this.manners.onMessage?.(socket, messages);
      greeted = true;
      if (this.manners.onHello) return this.manners.onHello(socket);
      socket.write(helloAnswer());
    });
  }
}

export const helloAnswer = (): Buffer =>
  rawMessage({
    kind: 2,
    serial: 1,
    replySerial: 1,
    destination: ':1.7',
    sender: 'org.freedesktop.DBus',
    body: ['s', text(':1.7')],
  });
