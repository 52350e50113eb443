import type { Host } from '../host/host.js';
import { lookAtHost, type CheckRequest, type Looked } from './look-at-host.js';
import type { Verdict } from './verdict.js';
import { applyRules, type RuleOutcomes } from '../rules/finding.js';
import { rules } from '../rules/index.js';
import type { Diagnosis } from '../rules/rule.js';

export type { CheckRequest } from './look-at-host.js';

/** One check of one host, with all that a correction or a report needs of it. */
export interface Checked extends Looked {
  readonly outcomes: RuleOutcomes;
  readonly verdict: Verdict;
  /** Whether the prediction is exact: made for a supported version of CRI-O. */
  readonly exact: boolean;
}

/** @param host a look that has begun, or a host to look at again */
export async function checkHost(host: Host, request: CheckRequest): Promise<Checked> {
  return judge(await lookAtHost(host, request), request);
}

/** Asks the rules about what was seen. */
export function judge(looked: Looked, { configuration }: Pick<CheckRequest, 'configuration'>): Checked {
  const { diagnosis } = looked;
  const outcomes = applyRules(rules, diagnosis, configuration.ignore);
  const { crioVersion, prediction } = diagnosis;
  const dependsOnVersion =
    prediction.outcome === 'fails' || outcomes.findings.some(({ severity }) => severity === 'error');
  const exact = !dependsOnVersion || crioVersion?.support === 'supported';
  return { ...looked, outcomes, verdict: verdictOf(diagnosis, outcomes), exact };
}

/** The same check with what the installed CRI-O says against it. */
export function disagreed(checked: Checked, disagreement: string, ignore: readonly string[]): Checked {
  const { problems = [], ...rest } = checked.diagnosis.guard ?? {};
  const diagnosis = { ...checked.diagnosis, guard: { ...rest, problems, disagreement } };
  const outcomes = applyRules(rules, diagnosis, ignore);
  return { ...checked, diagnosis, outcomes, verdict: 'unknown', exact: false };
}

/** The worst of the findings; a prediction that could not be made is never fine. */
export function verdictOf(diagnosis: Diagnosis, outcomes: RuleOutcomes): Verdict {
  const counted = outcomes.findings.filter(({ ignored }) => !ignored);
  if (diagnosis.prediction.outcome === 'fails' || counted.some(({ severity }) => severity === 'error'))
    return 'error';
  if (diagnosis.prediction.outcome === 'unknown' || outcomes.unknown.length > 0) return 'unknown';
  return counted.some(({ severity }) => severity === 'warning') ? 'warning' : 'ok';
}
