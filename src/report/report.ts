import type { Origin } from '../config/origin.js';
import type { Prediction } from '../driver/prediction.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../rules/finding.js';
import type { RuleCode } from '../rules/rule.js';
import type { Verdict } from '../check/verdict.js';
import type { ReportedCorrection } from '../fix/correction-result.js';

export type Mode = 'fix' | 'check' | 'off';

export interface ReportedValue {
  readonly value: string;
  readonly origin: Origin;
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
  /** False for an unsupported or unknown version of CRI-O. */
  readonly exact: boolean;
  readonly crioVersion?: string;
  /** Absent when CRI-O refuses its configuration or when that could not be determined. */
  readonly effective?: {
    readonly graphroot: ReportedValue;
    readonly runroot: ReportedValue;
    readonly imagestore: ReportedValue;
    readonly driver: ReportedValue;
    readonly options: readonly ReportedValue[];
  };
  readonly findings: readonly Finding[];
  readonly unknown: readonly { readonly code: RuleCode; readonly missing: readonly string[] }[];
  /** Rules that ask what the recording of a host does not hold; absent when there are none. */
  readonly notRecorded?: readonly RuleCode[];
  readonly correction: ReportedCorrection;
  /** What was learned of the host; absent when nothing beyond the configuration was read. */
  readonly facts?: Facts;
  /** Milliseconds. */
  readonly duration: number;
}
