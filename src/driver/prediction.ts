import type { ProbeFailure } from '../host/probe.js';

/** Rows of the contract's table of errors that stop a start: who refuses, and for what. */
export type FailureRow =
  | 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8' | 'C9' | 'C10' | 'flag' | 'other'
  | 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G7' | 'G8' | 'G9' | 'G10' | 'G11' | 'G12'
  | 'Z1' | 'Z2' | 'Z3' | 'Z4' | 'Z5' | 'Z6' | 'Z7' | 'Z8' | 'Z9' | 'Z10'; // prettier-ignore

/** What the real CRI-O will do with this layout. */
export type Prediction =
  | {
      readonly outcome: 'starts';
      /** The driver that containers/storage ends up with. */
      readonly driver: string;
      /** New layers will be made below this dataset; absent for other drivers. */
      readonly dataset?: string;
    }
  | {
      readonly outcome: 'fails';
      readonly row: FailureRow;
      /** The words of containers/storage or of the configuration's refusal, without any prefix. */
      readonly words: string;
      /** The whole error as CRI-O prints it. */
      readonly error: string;
      /** False where a part of the words cannot be foreseen (a random name, a parser's own text). */
      readonly exactWords: boolean;
    }
  | { readonly outcome: 'unknown'; readonly missing: readonly ProbeFailure[] };

/** What the daemon puts before an error of the store (server.New, RootConfig.Validate). */
export const STORE_ERROR_PREFIX = 'validating root config: failed to get store to set defaults: ';

/** The answer of one step of the driver; the first that is not a pass decides. */
export type Step = { readonly kind: 'pass' } | Refused | Unsure;

export interface Refused {
  readonly kind: 'fail';
  readonly row: FailureRow;
  readonly words: string;
  readonly exactWords: boolean;
}

export interface Unsure {
  readonly kind: 'unknown';
  readonly why: ProbeFailure;
}

export const pass: Step = { kind: 'pass' };

export const fail = (row: FailureRow, words: string, exactWords = true): Refused => ({
  kind: 'fail',
  row,
  words,
  exactWords,
});

export const unsure = (why: ProbeFailure): Unsure => ({ kind: 'unknown', why });

/** Runs steps in order until one decides. */
export function firstOf(steps: readonly (() => Step)[]): Step {
  for (const step of steps) {
    const answer = step();
    if (answer.kind !== 'pass') return answer;
  }
  return pass;
}
