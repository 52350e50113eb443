import type { StorageTree } from '../check/storage-tree.js';
import type { Prediction } from '../driver/prediction.js';
import type { Action } from './actions.js';
import type { OtherReader } from './other-readers.js';
import type { RuleCode } from '../rules/rule.js';

/** What the correction came to. */
export type CorrectionState =
  /** Nothing to correct. */
  | 'none'
  /** There is something to correct and no correction that is provably safe: see `refusal`. */
  | 'refused'
  /** Proven on the planned host, not applied (check mode, dry run). */
  | 'planned'
  /** Applied and verified on the host. */
  | 'applied'
  /** Applied, not verified, and put back as it was. */
  | 'undone'
  /** Could not be put back: an administrator has to look. */
  | 'failed';

export const CORRECTION_STATES = [
  'none',
  'refused',
  'planned',
  'applied',
  'undone',
  'failed',
] as const satisfies readonly CorrectionState[];

export interface ReportedAction {
  readonly kind: Action['kind'];
  /** What is done, in words: `write /etc/crio/crio.conf.d/zz-crio-guard.conf`. */
  readonly description: string;
  /** Unified difference, for files. */
  readonly difference?: string;
  /** The command that is run, ready to paste. */
  readonly command?: string;
  /** How it is undone, in words. */
  readonly undo: string;
  /** What reads the storage configuration and does not get this: it uses the storage as it was before. */
  readonly notSeenBy?: readonly OtherReader[];
}

export interface ReportedCorrection {
  readonly state: CorrectionState;
  /** The finding it corrects. */
  readonly code?: RuleCode;
  /** Its sentence; once it is corrected, no finding says it any more. */
  readonly message?: string;
  readonly actions: readonly ReportedAction[];
  /** Why nothing was corrected, and what an administrator can do. */
  readonly refusal?: string;
  /** What CRI-O will do once the actions are done. */
  readonly afterwards?: Prediction;
  /** Where things will lie then. */
  readonly afterwardsTree?: StorageTree;
}

/** A plan that could not be carried out for a reason that has nothing to do with it. */
export function refusedBecause(correction: ReportedCorrection, why: string): ReportedCorrection {
  return correction.state === 'planned' ? { ...correction, state: 'refused', refusal: why } : correction;
}

/** What was meant by a mistake in the guard's own files may have forbidden the correction. */
export const refusedForMistake = (
  correction: ReportedCorrection,
  problems: readonly string[],
): ReportedCorrection =>
  refusedBecause(
    correction,
    `the configuration or the state of crio-guard contains a mistake: ${problems.join('; ')}`,
  );
