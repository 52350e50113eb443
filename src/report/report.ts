import type { Origin } from '../config/origin.js';
import type { Prediction } from '../driver/prediction.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../rules/finding.js';
import type { RuleCode } from '../rules/rule.js';
import type { StorageTree } from './text/storage-tree.js';

export const VERDICTS = ['ok', 'warning', 'error', 'unknown'] as const;

export type Verdict = (typeof VERDICTS)[number];

export type Mode = 'fix' | 'check' | 'off';

export interface ReportedValue {
  readonly value: string;
  readonly origin: Origin;
}

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
  readonly kind: string;
  /** What is done, in words: `write /etc/crio/crio.conf.d/zz-crio-guard.conf`. */
  readonly description: string;
  /** Unified difference, for files. */
  readonly difference?: string;
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

/** The one report; every renderer starts from it. */
export interface Report {
  readonly schemaVersion: 1;
  readonly version: string;
  /** ISO 8601 */
  readonly time: string;
  /** Id of this run, to find its journal records. */
  readonly run: string;
  readonly mode: Mode;
  readonly verdict: Verdict;
  readonly prediction: Prediction;
  /** False on a CRI-O newer than any that was measured. */
  readonly exact: boolean;
  readonly crioVersion?: string;
  /** Absent when CRI-O refuses its configuration or when that could not be determined. */
  readonly effective?: {
    readonly root: ReportedValue;
    readonly runroot: ReportedValue;
    readonly imagestore: ReportedValue;
    readonly driver: ReportedValue;
    readonly options: readonly ReportedValue[];
  };
  readonly findings: readonly Finding[];
  readonly undetermined: readonly { readonly code: RuleCode; readonly missing: readonly string[] }[];
  readonly correction: ReportedCorrection;
  /** What was learned of the host; absent when nothing beyond the configuration was read. */
  readonly facts?: Facts;
  /** Milliseconds. */
  readonly duration: number;
}
