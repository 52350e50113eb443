import { escapeControls } from '../../text/escape.js';
import type { Verdict } from '../../check/verdict.js';
import { rootFindings } from '../text/summary.js';
import type { Report } from '../report.js';
import { cutBytes } from '../journal/journal-record.js';
import { NPD_BYTES, npdAnswer } from './npd.js';

/**
 * The last report in a few plain lines, for readers without Node and without JSON: a plugin of node-problem-detector in
 * a container (packaging/node-problem-detector/crio-guard-condition).
 */
export interface Condition {
  readonly verdict: Verdict;
  /** The code of the first finding; empty where none counts. */
  readonly code: string;
  /** One word, as Kubernetes has them. */
  readonly reason: string;
  readonly message: string;
  readonly time: Date;
}

/** The reasons by the family of the first finding; the rules of node-problem-detector for the journal have the same. */
const FAMILY_REASONS: Readonly<Record<string, string>> = {
  '0': 'CrioGuardImpaired',
  '1': 'CrioConfigurationDoubtful',
  '2': 'CrioStorageRefused',
  '3': 'CrioStorageNotReadyAtBoot',
  '4': 'CrioLayersElsewhere',
  '5': 'CrioStorageHazard',
  '6': 'CrioStorageHazard',
};

const VERDICT_REASONS: Readonly<Record<Verdict, string>> = {
  ok: 'CrioStorageChecked',
  warning: 'CrioStorageHazard',
  error: 'CrioStorageRefused',
  unknown: 'CrioStorageUnknown',
};

export function conditionOf(report: Report): Condition {
  const { verdict } = report;
  const [first] = rootFindings(report).filter(({ ignored, severity }) => !ignored && severity !== 'info');
  const isNamed = verdict === 'error' || verdict === 'warning';
  const code = isNamed && first !== undefined ? first.code : '';
  return {
    verdict,
    code,
    reason: FAMILY_REASONS[code.charAt(2)] ?? VERDICT_REASONS[verdict],
    message: npdAnswer(report, []).text.trimEnd(),
    time: new Date(report.time),
  };
}

/** Where there is no report: crio-guard failed, or is switched off. */
export const conditionUnknown = (message: string, time: Date): Condition => ({
  verdict: 'unknown',
  code: '',
  reason: VERDICT_REASONS.unknown,
  message: `unknown: ${message}`,
  time,
});

/**
 * The lines are `name=value`, the values without control characters. Later versions of this format only add lines.
 *
 * @param bootId of this boot; empty where it is unknown, which no reader takes for its own
 */
export function conditionText({ verdict, code, reason, message, time }: Condition, bootId: string): string {
  const lines = {
    format: '1',
    verdict,
    code,
    reason,
    message: cutBytes(message, NPD_BYTES),
    // Seconds since the epoch: a shell can compare them.
    time: String(Math.floor(time.getTime() / 1000)),
    boot: bootId,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${escapeControls(value)}\n`)
    .join('');
}
