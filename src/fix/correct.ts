import { confirmWithCrio } from '../config/installed-crio/crio-config.js';
import type { Action, ApprovedPlan } from './actions.js';
import { apply } from './apply.js';
import type { ChangeLock } from './lock.js';
import { whyNotRight } from './prove.js';
import type { Host } from '../host/host.js';
import { whyActionHits } from './in-use.js';
import { refusedForMistake, type ReportedCorrection } from './correction-result.js';
import { reportAction } from './report-action.js';
import type { RuleCode } from '../rules/rule.js';
import { approve, type ApproveRequest } from './approve.js';
import { checkHost, disagreed, type Checked } from '../check/check-host.js';
import { isCorrectable } from './correctable.js';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import { outcomeOf } from './outcome.js';
import { reviewVariables } from './standing-variables.js';

export interface CorrectRequest extends ApproveRequest {
  /** The machine, where a change is carried out and looked at afterwards. */
  readonly host: Host;
  /** Carry the plan out under this lock; without one, only show it. */
  readonly lock?: ChangeLock | undefined;
  readonly id: string;
  readonly time: Date;
  /** Asks an administrator whether a proved correction is to be carried out; absent where nobody is asked. */
  readonly confirm?: ((checked: Checked, planned: ReportedCorrection) => Promise<boolean>) | undefined;
}

export interface Corrected {
  readonly correction: ReportedCorrection;
  /** The check of the host as it is now, when something was carried out. */
  readonly checked: Checked;
}

/** Whether there is anything to correct, or to withdraw. */
export async function mayCorrect({
  checked,
  trigger,
}: Pick<CorrectRequest, 'checked' | 'trigger'>): Promise<boolean> {
  if (trigger === 'command') return true;
  const { findings } = checked.outcomes;
  if (findings.some((finding) => finding.severity === 'error' && isCorrectable(finding))) return true;
  // What an earlier correction has set may no longer be needed.
  return trigger === 'prestart' && (await checked.look.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent';
}

/**
 * Plans, proves, confirms with the installed CRI-O, and, when asked to, carries out and verifies. After a
 * first step the host is looked at again, and what is found then is corrected in the same way.
 */
export async function correct(given: CorrectRequest): Promise<Corrected> {
  // Most runs have nothing to correct, and then nothing more is read, our own files included.
  if (!(await mayCorrect(given))) {
    return { checked: given.checked, correction: { state: 'none', actions: [] } };
  }
  const { problems } = given.check.guard;
  if (problems.length > 0) {
    const { checked, correction } = await correctOnce({ ...given, lock: undefined });
    return { checked, correction: refusedForMistake(correction, problems) };
  }
  const request = given.lock === undefined ? given : await reviewed(given, given.lock);
  let result = await correctOnce(request);
  if (result.isStep === true && result.correction.state === 'applied') {
    result = await andThen(result, { ...request, checked: result.checked, id: `${request.id}-2` });
  }
  if (request.trigger !== 'command' || !isSettled(result)) return result;
  // Asked last: it costs a program, and matters only to a node that starts.
  const check = { ...request.check, ordering: true };
  const checked = await checkHost(request.host, check);
  return andThen(result, { ...request, check, checked, id: `${request.id}-3` });
}

async function andThen({ correction: first }: Corrected, request: CorrectRequest): Promise<Corrected> {
  const { checked, correction: second } = await correctOnce(request);
  return { checked, correction: together(first, second) };
}

/** CRI-O starts, with what was corrected so far. */
function isSettled({ checked, correction: { state } }: Corrected): boolean {
  return (state === 'none' || state === 'applied') && checked.diagnosis.prediction.outcome === 'starts';
}

/** First withdraws variables that are no longer needed. */
async function reviewed(request: CorrectRequest, lock: ChangeLock): Promise<CorrectRequest> {
  const withdrawn = await reviewVariables({ ...request, lock });
  if (withdrawn === undefined) return request;
  const check = { ...request.check, guard: { ...request.check.guard, withdrawn } };
  return { ...request, check, checked: await checkHost(request.host, check) };
}

/** A correction that stands, and what came of options again. */
function together(first: ReportedCorrection, second: ReportedCorrection): ReportedCorrection {
  if (first.state === 'none') return second;
  const actions = [...first.actions, ...second.actions];
  switch (second.state) {
    case 'none':
    case 'planned':
      return first;
    case 'refused':
      return second.refusal === undefined ? first : { ...first, refusal: second.refusal };
    case 'undone': {
      const refusal = `a further correction did not come out right and was taken back: ${second.refusal ?? ''}`;
      return { ...first, refusal };
    }
    case 'applied':
    case 'failed':
      return { ...first, ...second, ...subjectOf(first), actions };
  }
}

/** The finding that a correction is for. */
type Subject = Pick<ReportedCorrection, 'code' | 'message'>;

const subjectOf = ({ code, message }: ReportedCorrection): Subject => ({
  ...(code === undefined ? {} : { code }),
  ...(message === undefined ? {} : { message }),
});

async function correctOnce(request: CorrectRequest): Promise<Corrected & { readonly isStep?: boolean }> {
  const { host, checked } = request;
  const proof = await approve(request);
  if (proof.kind === 'nothing') return { checked, correction: { state: 'none', actions: [] } };
  if (proof.kind === 'refused') return { checked, correction: refusal(checked, proof.code, proof.why) };
  const { plan } = proof;
  const isStep = plan.expects.kind === 'first-step';
  const base = {
    ...subjectIn(checked, plan.code),
    actions: plan.actions.map(reportAction),
    ...(isStep ? {} : { afterwards: proof.afterwards }),
    ...(isStep || proof.tree === undefined ? {} : { afterwardsTree: proof.tree }),
  };
  if (request.lock === undefined) return { checked, correction: { ...base, state: 'planned' } };
  const obstacle = request.ledger.whyNotKept(plan.actions) ?? (await firstInUse(host, plan.actions));
  if (obstacle !== undefined) return { checked, correction: refusal(checked, plan.code, obstacle) };
  const { configuration } = checked.diagnosis;
  const confirmation = await confirmWithCrio(host, checked.invocation, configuration);
  if (confirmation.kind !== 'agrees') {
    const correction = refusal(
      checked,
      plan.code,
      `crio config does not confirm the configuration: ${confirmation.why}`,
    );
    if (confirmation.kind === 'unknown') return { checked, correction };
    const { ignore } = request.check.configuration;
    return { checked: disagreed(checked, confirmation.why, ignore), correction };
  }
  if (request.confirm !== undefined && !(await request.confirm(checked, { ...base, state: 'planned' })))
    return { checked, correction: refusal(checked, plan.code, 'it was not confirmed') };
  return { ...(await carryOut({ ...request, lock: request.lock }, plan, base)), isStep };
}

async function firstInUse(host: Host, actions: readonly Action[]): Promise<string | undefined> {
  for (const action of actions) {
    const why = await whyActionHits(host, action);
    if (why !== undefined) return why;
  }
  return undefined;
}

async function carryOut(
  request: CorrectRequest & { readonly lock: ChangeLock },
  plan: ApprovedPlan,
  base: Omit<ReportedCorrection, 'state'>,
): Promise<Corrected> {
  const { host, ledger, lock, id, time } = request;
  let after = request.checked;
  const verify = async (): Promise<string | undefined> => {
    after = await checkHost(host, request.check);
    return whyNotRight(plan, outcomeOf(after));
  };
  const applied = await apply({ host, plan, ledger, lock, id, time, verify });
  switch (applied.kind) {
    case 'applied':
      return { checked: after, correction: { ...base, state: 'applied' } };
    case 'undone':
      return { checked: request.checked, correction: { ...base, state: 'undone', refusal: applied.why } };
    case 'failed': {
      const why = `${applied.why}; left behind: ${applied.left.join('; ')}`;
      const now = await checkHost(host, request.check);
      // What was proved before still stands where the machine no longer answers.
      const checked = now.diagnosis.prediction.outcome === 'unknown' ? request.checked : now;
      return { checked, correction: { ...base, state: 'failed', refusal: why } };
    }
  }
}

function subjectIn({ outcomes }: Checked, code: RuleCode): Subject {
  const finding = outcomes.findings.find((found) => found.code === code);
  return finding === undefined ? { code } : { code, message: finding.message };
}

const refusal = (checked: Checked, code: RuleCode, why: string): ReportedCorrection => ({
  state: 'refused',
  ...subjectIn(checked, code),
  actions: [],
  refusal: why,
});
