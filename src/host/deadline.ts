import { monotonicTime } from './clock.js';

/** Milliseconds that undoing has, though the deadline has passed. The time limits of the units leave room for them. */
export const UNDO_TIME = 5_000;

/**
 * The one limit on everything a run does. It is a point in time, not a duration, so that many questions
 * asked one after the other share it.
 */
export class Deadline {
  private hasReserved = false;

  private constructor(private end: number) {}

  /** @param milliseconds from now on */
  static in(milliseconds: number): Deadline {
    return new Deadline(monotonicTime() + milliseconds);
  }

  /** Ends earlier, where it would be later. @param milliseconds from now on */
  shorten(milliseconds: number): void {
    this.end = Math.min(this.end, monotonicTime() + milliseconds);
  }

  /** Ends later: a person was waited for. @param milliseconds how much later */
  extend(milliseconds: number): void {
    this.end += milliseconds;
  }

  /**
   * Ends no earlier than so many milliseconds from now on. Only once, so that a run ends all the same: what was begun
   * has to be undone, also when the deadline has passed.
   */
  reserve(milliseconds: number): void {
    const end = monotonicTime() + milliseconds;
    if (this.hasReserved || end <= this.end) return;
    this.hasReserved = true;
    this.end = end;
  }

  /** Milliseconds left; 0 when it has passed. */
  remaining(): number {
    return Math.max(0, this.end - monotonicTime());
  }

  /**
   * Settles with the work, or with `late()` when the deadline comes first. The work is not waited for any
   * longer then: it may hang in the kernel for ever.
   */
  async bound<T>(work: Promise<T>, late: () => T): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<T>((resolve) => {
      timer = setTimeout(() => resolve(late()), this.remaining());
    });
    try {
      return await Promise.race([work, passed]);
    } finally {
      clearTimeout(timer);
    }
  }
}
