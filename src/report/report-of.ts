import { isoTime } from '../text/iso-time.js';
import type { Checked } from '../check/check-host.js';
import type { Configuration } from '../config/configuration.js';
import type { ReportedCorrection } from '../fix/correction-result.js';
import { describeFailure } from '../host/probe.js';
import { VERSION } from '../version.js';
import type { Report } from './report.js';

export interface ReportRequest {
  readonly mode: Report['mode'];
  readonly time: Date;
  /** Milliseconds the run has taken. */
  readonly duration: number;
  readonly correction: ReportedCorrection;
}

/** What of a check is reported. */
export type Reported = Pick<Checked, 'diagnosis' | 'verdict' | 'exact'> & {
  readonly outcomes: Pick<Checked['outcomes'], 'findings' | 'unknown' | 'notRecorded'>;
};

export function reportOf(checked: Reported, request: ReportRequest): Report {
  const { diagnosis, outcomes } = checked;
  const { crioVersion, input } = diagnosis;
  const effective = effectiveOf(diagnosis.configuration);
  return {
    schemaVersion: 1,
    version: VERSION,
    time: isoTime(request.time),
    run: runId(),
    mode: request.mode,
    verdict: checked.verdict,
    prediction: diagnosis.prediction,
    exact: checked.exact,
    ...(crioVersion === undefined ? {} : { crioVersion: crioVersion.text }),
    ...(effective === undefined ? {} : { effective }),
    findings: outcomes.findings,
    unknown: outcomes.unknown.map(({ code, missing }) => ({
      code,
      missing: missing.map(describeFailure),
    })),
    ...(outcomes.notRecorded.length === 0 ? {} : { notRecorded: outcomes.notRecorded }),
    correction: request.correction,
    ...(input === undefined ? {} : { facts: input.facts }),
    duration: Math.round(request.duration),
  };
}

/** 128 bits that tell runs apart and guard nothing: node:crypto would be a tenth of what a start costs. */
function runId(): string {
  const digits = (): string =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return digits() + digits() + digits() + digits();
}

function effectiveOf(configuration: Configuration): Report['effective'] {
  if (configuration.kind !== 'resolved') return undefined;
  const { root, runroot, imagestore, driver, options } = configuration.storage;
  return { graphroot: root, runroot, imagestore, driver, options };
}
