import { ERRNOS, type Failed } from './failures.js';
import type { Raced } from './races.js';
import { RECOVERY_NAMES, type Tried } from './sweep.js';

/** One line of a worker. */
export type Result =
  | ({ readonly kind: 'killed'; readonly subject: string } & Tried)
  | ({ readonly kind: 'failed' } & Failed)
  | ({ readonly kind: 'raced' } & Raced)
  | { readonly kind: 'programs'; readonly subject: string; readonly programs: readonly string[] }
  | { readonly kind: 'forbidden'; readonly what: string };

/** What is wrong with a result, for the list below the tables. */
export function wrongIn(result: Result): string | undefined {
  switch (result.kind) {
    case 'forbidden':
      return `forbidden: ${result.what}`;
    case 'programs':
      return undefined;
    case 'killed':
    case 'raced':
      return result.end === 'wrong' ? `${result.what}: ${result.detail ?? ''}` : undefined;
    case 'failed':
      if (result.isWronglyStopped) return `${result.what}: CRI-O was stopped, and would start`;
      if (result.end === 'wrong') return `${result.what}: ${result.detail ?? ''}`;
      return result.end === 'done' || result.isTold ? undefined : `${result.what}: nothing is told`;
  }
}

type Row = readonly (string | number)[];

function aligned(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column]).length)),
  );
  const cell = (value: string | number, column: number): string =>
    column === 0 ? String(value).padEnd(widths[0] ?? 0) : String(value).padStart(widths[column] ?? 0);
  return `${rows.map((row) => row.map(cell).join('  ')).join('\n')}\n`;
}

const count = <T>(of: readonly T[], isMeant: (one: T) => boolean): number => of.filter(isMeant).length;

const ofKind = <Kind extends Result['kind']>(results: readonly Result[], kind: Kind) =>
  results.filter((one): one is Extract<Result, { kind: Kind }> => one.kind === kind);

/** Each command and recovery: how many kills, and what came out. */
function killTable(results: readonly Result[]): string {
  const killed = ofKind(results, 'killed');
  const row = (title: string, recovery: string, of: typeof killed): Row => [
    title,
    recovery,
    of.length,
    ...(['before', 'after', 'wrong'] as const).map((end) => count(of, (one) => one.end === end)),
  ];
  const subjects = [...new Set(killed.map(({ subject }) => subject))];
  const rows = subjects.flatMap((subject) =>
    RECOVERY_NAMES.map((recovery) => {
      const of = killed.filter((one) => one.subject === subject && one.recovery === recovery);
      return row(subject, recovery, of);
    }),
  );
  const head = ['killed', 'then', 'points', 'ended before', 'ended after', 'wrong'];
  return aligned([head, ...rows, row('together', '', killed)]);
}

function failureTable(results: readonly Result[]): string {
  const failed = ofKind(results, 'failed');
  const row = (title: string, of: typeof failed): Row => [
    title,
    of.length,
    ...(['done', 'restored', 'repaired', 'wrong'] as const).map((end) => count(of, (one) => one.end === end)),
    count(of, ({ isTold }) => isTold),
    count(of, ({ isWronglyStopped }) => isWronglyStopped),
  ];
  const rows = ERRNOS.map((errno) => row(errno, failed.filter((one) => one.errno === errno))); // prettier-ignore
  const head = [
    'call fails with',
    'calls',
    'done',
    'restored',
    'by the next start',
    'wrong',
    'told',
    'wrong stops',
  ];
  return aligned([head, ...rows, row('together', failed)]);
}

function raceTable(results: readonly Result[]): string {
  const raced = ofKind(results, 'raced');
  const ends = ['as if before it', 'as if after it', 'wrong'] as const;
  const row = (title: string, of: typeof raced): Row => [
    title,
    of.length,
    ...ends.map((end) => count(of, (one) => one.end === end)),
  ];
  const races = [...new Set(raced.map(({ race }) => race))];
  const rows = races.map((race) => row(race, raced.filter((one) => one.race === race))); // prettier-ignore
  return aligned([['changes meanwhile', 'tries', ...ends], ...rows, row('together', raced)]);
}

/** Programs by name and first word: what a run may start. */
function programLine(results: readonly Result[]): string {
  const words = ofKind(results, 'programs').flatMap(({ programs }) => programs);
  const names = new Set(words.map((line) => line.split(' ').slice(0, /^(?:zfs|systemctl|modprobe|crio)/.test(line) ? 2 : 1).join(' '))); // prettier-ignore
  return `Programs that the runs started: ${[...names].sort().join(', ')}\n`;
}

/** What could not be played, with the reason. */
const NOT_PLAYED =
  'Not played: CG401 has the actions of CG301, and needs a parent that is a dataset, too; SELinux labels need a policy.\n';

export function tablesOf(results: readonly Result[]): string {
  return [
    killTable(results),
    failureTable(results),
    raceTable(results),
    programLine(results),
    NOT_PLAYED,
  ].join('\n');
}
