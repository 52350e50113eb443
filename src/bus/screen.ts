import type { Socket } from 'node:net';
import { FrameReader, type Frame } from './frames.js';

export interface ScreenEvents {
  /** What comes is not D-Bus, or is a refusal of the bus itself: the connection is of no use. */
  broken(why: string): void;
  /** One message was well formed but unreadable (it speaks of file descriptors, say); it is skipped. */
  dropped(why: string): void;
}

const ERROR_MESSAGE = 3;

/**
 * Stands between the socket and dbus-next's parser. The parser reads from the socket by itself, in a
 * 'readable' listener where an exception ends the process; here it is handed one checked message at a time.
 * To be set up between the end of the authentication and the first message.
 */
export class Screen {
  /** Whether dbus-next is looking at a message right now: its complaints are about that message alone. */
  parsing = false;
  private readonly reader = new FrameReader();
  private parse: (() => void) | undefined;
  private queue: Buffer[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly events: ScreenEvents,
    private readonly greeted: () => boolean,
  ) {
    const read = socket.read.bind(socket);
    // With a size the parser asks, and gets what was checked; without one it is Node itself that reads.
    socket.read = (size?: number): unknown =>
      size === undefined || size === 0 ? read(size) : (this.queue.shift() ?? null);
    const on = socket.on.bind(socket);
    socket.on = (event: string, listener: (...args: never[]) => void): Socket => {
      if (event !== 'readable') {
        Reflect.apply(on, socket, [event, listener]);
        return socket;
      }
      socket.on = on;
      this.parse = listener;
      return socket.addListener('data', (chunk: Buffer) => this.take(chunk));
    };
  }

  private take(chunk: Buffer): void {
    for (const arrival of this.reader.read(chunk)) {
      if (this.socket.destroyed) return;
      if (arrival.kind === 'garbage')
        return this.events.broken(`the bus sent no D-Bus message: ${arrival.why}`);
      if (arrival.kind === 'too-large') this.events.dropped('it is too large');
      else if (!this.greeted() && arrival.frame.header[1] === ERROR_MESSAGE) {
        // dbus-next throws from a promise of its own when the bus refuses its Hello.
        return this.events.broken('the bus refused the connection');
      } else this.hand(arrival.frame);
    }
  }

  private hand({ header, rest }: Frame): void {
    this.queue = [header, rest];
    this.parsing = true;
    try {
      this.parse?.();
    } catch (error) {
      this.events.dropped(error instanceof Error ? error.message : 'it could not be read');
    } finally {
      this.parsing = false;
    }
  }
}
