import { releaseName } from './bus-name.js';
import type { Connection } from './connection.js';
import type { CallWatch } from './message.js';

/** Knows how many calls are in progress, and tells when there have been none for a while. */
export class Activity implements CallWatch {
  /** Settles once, when no call has come for the time given. */
  readonly idle: Promise<'idle'>;
  private calls = 0;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private tellIdle: (word: 'idle') => void = () => undefined;
  private waiting: (() => void)[] = [];

  /** @param limit milliseconds */
  constructor(private readonly limit: number) {
    this.idle = new Promise((resolve) => (this.tellIdle = resolve));
    this.restart();
  }

  begin(): void {
    this.calls += 1;
    clearTimeout(this.timer);
  }

  end(): void {
    this.calls -= 1;
    if (this.calls > 0) return;
    this.restart();
    for (const done of this.waiting.splice(0)) done();
  }

  /** Waits until no call is in progress, for so many milliseconds at most, and counts no longer. */
  async quiet(patience: number): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    if (this.calls > 0) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        late = setTimeout(resolve, patience);
      });
    }
    clearTimeout(late);
    this.stop();
  }

  /** Counts no longer; the timer would keep the process. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private restart(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => this.tellIdle('idle'), this.limit);
  }
}

/** Milliseconds for calls that are still in progress when the service has to go. */
const PATIENCE = 10_000;

/**
 * Leaves the bus so that no call is lost, in the order of systemd's bus_async_unregister_and_exit(): give
 * up the name, answer what came before the bus had taken it back, go. The bus's answer to ReleaseName
 * comes after every such call, so no match rule for NameOwnerChanged is needed; a later call has the bus
 * ask systemd for a new start, which waits for the end of this one. systemd needs no STOPPING=1: for
 * Type=dbus the loss of the name is that message, and it comes before the bus's request for a start.
 */
export async function leave(connection: Connection, name: string, activity: Activity): Promise<void> {
  await releaseName(connection, name);
  await activity.quiet(PATIENCE);
  await connection.close();
}
