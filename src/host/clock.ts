import { hrtime } from 'node:process';

/**
 * Milliseconds of a clock that no change of the date moves. The global `performance` has it, too, but Node makes it of
 * a dozen modules at its first use, which costs a twentieth of what a start without ZFS does.
 */
export function monotonicTime(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
