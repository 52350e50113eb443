import type { CrioVersion } from '../config/installed-crio/crio-version.js';
import { askInstalledVersion, type RememberedVersion } from '../config/installed-crio/installed-version.js';
import type { GuardConfiguration } from '../config/guard-configuration.js';
import { readInvocation, type Invocation } from '../config/service/invocation.js';
import { diagnose } from './diagnose.js';
import type { Host } from '../host/host.js';
import { known, type Probe } from '../host/probe.js';
import type { Verdict } from './verdict.js';
import type { Progress } from './progress.js';
import { RememberingHost } from '../host/remembering-host.js';
import { applyRules, type RuleOutcomes } from '../rules/finding.js';
import { rules } from '../rules/index.js';
import type { Diagnosis, GuardState } from '../rules/rule.js';

export interface CheckRequest {
  /** In ExecStartPre the environment we inherit is the one CRI-O will get. */
  readonly inherited: boolean;
  readonly crioFlags: readonly string[] | undefined;
  readonly crioVersion: CrioVersion | undefined;
  readonly deep: boolean;
  /** Shown while a deep look goes on. */
  readonly progress?: Progress;
  /** Ask systemd what crio.service waits for. */
  readonly ordering?: boolean;
  readonly configuration: GuardConfiguration;
  readonly guard: GuardState;
  /** Keeps what CRI-O was asked for; only the run before a start writes anything. */
  readonly remember?: (version: RememberedVersion) => void;
}

/** One check of one host, with all that a correction or a report needs of it. */
export interface Checked {
  /** The answers that the check rests on; a correction is planned and proved on the same ones. */
  readonly look: RememberingHost;
  readonly invocation: Invocation;
  readonly diagnosis: Diagnosis;
  readonly outcomes: RuleOutcomes;
  readonly verdict: Verdict;
  /** Whether the prediction is exact: made for a supported version of CRI-O. */
  readonly exact: boolean;
}

/** @param host a look that has begun, or a host to look at again */
export async function checkHost(host: Host, request: CheckRequest): Promise<Checked> {
  const look = host instanceof RememberingHost ? host : new RememberingHost(host);
  const invocation = await readInvocation(look, {
    inherited: request.inherited,
    flags: request.crioFlags,
  });
  const given = request.crioVersion;
  const askVersion = (): Promise<Probe<CrioVersion>> =>
    given === undefined
      ? askInstalledVersion(look, invocation.program, request.remember)
      : Promise.resolve(known(given));
  const { deep, ordering, progress } = request;
  const onStep = progress === undefined ? {} : { onStep: (step: string) => progress.show(step) };
  const looksForCrio = !request.inherited && given === undefined;
  const found = await diagnose(look, { invocation, askVersion, deep, looksForCrio, ordering, ...onStep });
  progress?.done();
  const diagnosis: Diagnosis = { ...found, guard: request.guard, thresholds: request.configuration };
  const outcomes = applyRules(rules, diagnosis, request.configuration.ignore);
  const { crioVersion, prediction } = diagnosis;
  const dependsOnVersion =
    prediction.outcome === 'fails' || outcomes.findings.some(({ severity }) => severity === 'error');
  const exact = !dependsOnVersion || crioVersion?.support === 'supported';
  return { look, invocation, diagnosis, outcomes, verdict: verdictOf(diagnosis, outcomes), exact };
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
