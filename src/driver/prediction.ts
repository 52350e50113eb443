import type { ProbeFailure } from '../host/probe.js';
import type { FailureCause, StoreCause } from './cause.js';

/** What the real CRI-O will do with this layout. */
export type Prediction =
  | {
      /** With another driver than zfs: options and paths are accepted. Its own test of the host is not followed. */
      readonly outcome: 'starts';
      /** The driver that containers/storage ends up with. */
      readonly driver: string;
      /** New layers will be made below this dataset; absent for other drivers. */
      readonly dataset?: string;
    }
  | {
      readonly outcome: 'fails';
      readonly cause: FailureCause;
      /** The words of containers/storage or of the configuration's refusal, without any prefix. */
      readonly words: string;
      /** The whole error as CRI-O prints it. */
      readonly error: string;
      /** False where a part of the words cannot be predicted (a random name, a parser's own text). */
      readonly exactWords: boolean;
    }
  | { readonly outcome: 'unknown'; readonly missing: readonly ProbeFailure[] };

/** What the daemon puts before an error of the store (server.New, RootConfig.Validate). */
export const STORE_ERROR_PREFIX = 'validating root config: failed to get store to set defaults: ';

/** The answer of one step of the driver; the first that is not a pass decides. */
export type Step<Cause extends StoreCause = StoreCause> = { readonly kind: 'pass' } | Refused<Cause> | Unsure;

export interface Refused<Cause extends StoreCause = StoreCause> {
  readonly kind: 'fail';
  readonly cause: Cause;
}

export interface Unsure {
  readonly kind: 'unknown';
  readonly why: ProbeFailure;
}

export const pass = { kind: 'pass' } as const;

export const fail = <Cause extends StoreCause>(cause: Cause): Refused<Cause> => ({ kind: 'fail', cause });

export const unsure = (why: ProbeFailure): Unsure => ({ kind: 'unknown', why });

/** What one step of opening the store answered. */
export interface PredictionStep {
  readonly name: 'make directories' | 'choose the driver' | 'load the store';
  readonly answer: Step;
}

/** Runs steps in order until one decides. */
export function firstOf<Cause extends StoreCause>(steps: readonly (() => Step<Cause>)[]): Step<Cause> {
  for (const step of steps) {
    const answer = step();
    if (answer.kind !== 'pass') return answer;
  }
  return pass;
}
