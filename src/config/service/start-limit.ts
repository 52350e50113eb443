import type { Host } from '../../host/host.js';
import { readUnitTexts } from './unit-files.js';

/** DefaultTimeoutStartSec= of systemd-system.conf(5), in milliseconds: for a unit that sets nothing. */
const DEFAULT = 90_000;

/** Milliseconds of the units of systemd.time(7) that a time limit may have. */
const UNITS: Readonly<Record<string, number>> = {
  us: 0.001, usec: 0.001, µs: 0.001, ms: 1, msec: 1, '': 1000, s: 1000, sec: 1000, second: 1000, seconds: 1000,
  m: 60_000, min: 60_000, minute: 60_000, minutes: 60_000, h: 3_600_000, hr: 3_600_000, hour: 3_600_000,
  hours: 3_600_000, d: 86_400_000, day: 86_400_000, days: 86_400_000,
}; // prettier-ignore

/**
 * How long systemd lets one step of the start of crio.service run. Only systemd knows which of several files wins, so
 * the shortest limit counts.
 *
 * @returns milliseconds; undefined where the start is not limited, as CRI-O ships its unit
 */
export async function readStartLimit(host: Host): Promise<number | undefined> {
  const texts = await readUnitTexts(host);
  if (texts === undefined) return DEFAULT;
  if (texts.length === 0) return undefined;
  const settings = texts.flatMap((text) =>
    [...text.matchAll(/^[ \t]*Timeout(?:Start)?Sec[ \t]*=(.*)$/gm)].map(([, span = '']) => span.trim()),
  );
  if (settings.length === 0) return DEFAULT;
  const limits = settings.map(parseTimeSpan).filter((limit) => limit > 0);
  return limits.length === 0 ? undefined : limits.reduce((least, limit) => Math.min(least, limit));
}

/** systemd's parse_sec: numbers with units, added up. @returns milliseconds; 0 for no limit, or when it is not one */
export function parseTimeSpan(span: string): number {
  const part = /(\d+(?:\.\d+)?)[ \t]*([a-zµ]*)[ \t]*/y;
  let sum = 0;
  while (part.lastIndex < span.length) {
    const [, number = '', unit = ''] = part.exec(span) ?? [];
    const scale = UNITS[unit];
    if (number === '' || scale === undefined) return 0;
    sum += Number(number) * scale;
  }
  return sum;
}
