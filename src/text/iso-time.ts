/**
 * The time as Date.toISOString() writes it. That makes Node look for the time zone, in a file below /usr/share, whose
 * storage may not answer.
 */
export function isoTime(date: Date): string {
  const digits = (value: number, count: number): string => String(value).padStart(count, '0');
  const day = [
    digits(date.getUTCFullYear(), 4),
    digits(date.getUTCMonth() + 1, 2),
    digits(date.getUTCDate(), 2),
  ];
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) =>
    digits(part, 2),
  );
  return `${day.join('-')}T${clock.join(':')}.${digits(date.getUTCMilliseconds(), 3)}Z`;
}
