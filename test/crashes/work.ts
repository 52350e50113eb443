import { PLAYED } from './corrections.js';
import { ERRNOS, failed } from './failures.js';
import { lookAt } from './programs.js';
import { flipped, inParallel } from './races.js';
import { killed, subjectsOf } from './sweep.js';
import type { Result } from './table.js';

/** Which part of everything is tried. */
export interface Part {
  /** This process, of so many. */
  readonly index: number;
  readonly of: number;
  /** One of so many combinations is tried; an odd number takes from each recovery. */
  readonly share: number;
  /** Rounds of commands in parallel. */
  readonly rounds: number;
  /** Every call fails with each error; otherwise with one of them. */
  readonly allErrnos: boolean;
  /** Corrections, by the begin of their names; all when it is empty. */
  readonly only: string;
  /** One kind of trial: `killed`, `failed` or `raced`; all when it is empty. */
  readonly trial: string;
}

/** A share of one of so many is a quick look: nothing that costs much and shows the same each time. */
const QUICK = 50;

/** The same numbers in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Does a part of the work. This process needs a mount namespace of its own. */
export async function* work({
  index,
  of,
  share,
  rounds,
  allErrnos,
  only,
  trial,
}: Part): AsyncGenerator<Result> {
  let [turn, counted] = [0, 0];
  const isInShare = (): boolean => counted++ % share === 0;
  // The processes take turns, so that each has a part of every correction. A kill is made by one of them.
  const isOurs = (): boolean => turn++ % of === index && isInShare();
  const isOurPoint = (point: number): boolean => point % of === index && isInShare();
  const isErrno = (call: number, errno: number): boolean => allErrnos || call % ERRNOS.length === errno;
  const isTried = (kind: Result['kind']): boolean => trial === '' || trial === kind;
  const kinds = Object.entries(PLAYED).filter(([name]) => name.startsWith(only));
  for (const [number, [name, played]] of kinds.entries()) {
    for (const subject of subjectsOf(name, played)) {
      if (share < QUICK && number % of === index) {
        const { forbidden, programs } = lookAt(subject);
        yield { kind: 'programs', subject: subject.name, programs };
        for (const one of forbidden) yield { kind: 'forbidden', ...one };
      }
      if (isTried('killed'))
        for (const one of killed(subject, isOurPoint))
          yield { kind: 'killed', subject: subject.name, ...one };
      if (isTried('failed'))
        for (const one of failed(subject, (call, errno) => isErrno(call, errno) && isOurs()))
          yield { kind: 'failed', ...one };
      if (!isTried('raced') || subject.args.includes('--revert')) continue;
      for (const one of flipped(subject, isOurs)) yield { kind: 'raced', ...one };
      const own = Array.from({ length: rounds }, (_, round) => round).filter(
        (round) => round % kinds.length === number && round % of === index,
      );
      for await (const one of inParallel(subject, own, seeded(index + 1))) yield { kind: 'raced', ...one };
    }
  }
}
