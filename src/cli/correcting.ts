import { confirmWithCrio } from '../config/arbiter.js';
import { lastStartSaid } from '../facts/last-start.js';
import { describeAction, type Action, type ApprovedPlan, type Plan } from '../fix/actions.js';
import { apply } from '../fix/apply.js';
import type { LedgerEntry, LedgerFile } from '../fix/ledger.js';
import { planCorrection } from '../fix/plan.js';
import { prove, whyNotRight, type Outcome } from '../fix/prove.js';
import type { Host } from '../host/host.js';
import { difference } from '../report/difference.js';
import type { ReportedAction, ReportedCorrection } from '../report/report.js';
import { checkHost, disagreed, type Checked, type CheckRequest } from './checking.js';
import { outcomeOf } from './outcome.js';
import { reviewVariables } from './standing-variables.js';

export interface CorrectRequest {
  readonly host: Host;
  readonly check: CheckRequest;
  readonly checked: Checked;
  /** Carry the plan out, or only show it. */
  readonly carryOut: boolean;
  /** Nobody asked for it: the run before a start. */
  readonly automatic: boolean;
  readonly ledger: LedgerFile;
  readonly id: string;
  readonly time: Date;
}

export interface Corrected {
  readonly correction: ReportedCorrection;
  /** The check of the host as it is now, when something was carried out. */
  readonly checked: Checked;
}

/**
 * Plans, proves, confirms with the installed CRI-O, and, when asked to, carries out and verifies. After a
 * first step the host is looked at anew, and what is found then is corrected in the same way.
 */
export async function correct(given: CorrectRequest): Promise<Corrected> {
  const request = given.carryOut ? await reviewed(given) : given;
  const first = await correctOnce(request);
  if (first.isStep !== true || first.correction.state !== 'applied') return first;
  const second = await correctOnce({ ...request, checked: first.checked, id: `${request.id}-2` });
  return { checked: second.checked, correction: together(first.correction, second.correction) };
}

/** What an earlier correction has set and nobody needs any more goes first. */
async function reviewed(request: CorrectRequest): Promise<CorrectRequest> {
  const withdrawn = await reviewVariables(request);
  if (withdrawn === undefined) return request;
  const check = { ...request.check, guard: { ...request.check.guard, withdrawn } };
  return { ...request, check, checked: await checkHost(request.host, check) };
}

/** A first step that stands, and what came of looking again. */
function together(first: ReportedCorrection, second: ReportedCorrection): ReportedCorrection {
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
      return { ...second, ...(first.code === undefined ? {} : { code: first.code }), actions };
  }
}

async function correctOnce(request: CorrectRequest): Promise<Corrected & { readonly isStep?: boolean }> {
  const { host, checked } = request;
  const { invocation, diagnosis, outcomes } = checked;
  const planned = await planCorrection({ host, invocation, diagnosis, findings: outcomes.findings });
  if (planned.kind === 'nothing') return { checked, correction: { state: 'none', actions: [] } };
  if (planned.kind === 'refused') return { checked, correction: refusal(planned.code, planned.why) };
  const { plan } = planned;
  const doubt = (await whyNotExact(host, checked)) ?? whyHeld(request, plan);
  if (doubt !== undefined) return { checked, correction: refusal(plan.code, doubt) };
  const proof = await prove(host, plan, (on) => outcomeOn(on, request.check));
  if (proof.kind === 'rejected') return { checked, correction: refusal(plan.code, proof.why) };
  const isStep = plan.expects.kind === 'finding-gone';
  const base = {
    code: plan.code,
    actions: plan.actions.map(reportAction),
    ...(isStep ? {} : { afterwards: proof.afterwards }),
    ...(isStep || proof.tree === undefined ? {} : { afterwardsTree: proof.tree }),
  };
  if (!request.carryOut) return { checked, correction: { ...base, state: 'planned' } };
  const { configuration } = checked.diagnosis;
  const confirmation = await confirmWithCrio(host, checked.invocation, configuration);
  if (confirmation.kind !== 'agrees') {
    const correction = refusal(
      plan.code,
      `crio config does not confirm the configuration: ${confirmation.why}`,
    );
    if (confirmation.kind === 'unavailable') return { checked, correction };
    return { checked: disagreed(checked, confirmation.why, request.check.configuration.ignore), correction };
  }
  return { ...(await carryOut(request, proof.plan, base)), isStep };
}

/**
 * What was never measured is corrected only when CRI-O itself has just failed in the predicted words; then
 * its restart ten seconds later may be corrected.
 */
async function whyNotExact(host: Host, { exact, diagnosis }: Checked): Promise<string | undefined> {
  const { crioVersion, prediction } = diagnosis;
  if (exact) return undefined;
  if (crioVersion === undefined) return 'the version of CRI-O could not be read';
  if (prediction.outcome === 'fails' && (await lastStartSaid(host, prediction.error))) return undefined;
  return `CRI-O ${crioVersion.text} is newer than any that was measured, and has not failed in these words yet`;
}

/** A correction that an administrator has taken back is not made again behind his back. */
function whyHeld({ ledger, automatic }: CorrectRequest, plan: Plan): string | undefined {
  const read = ledger.read();
  if ('error' in read) return read.error;
  const same = (entry: LedgerEntry): boolean =>
    entry.status === 'reverted' && JSON.stringify(entry.actions) === JSON.stringify(plan.actions);
  if (!automatic || !read.entries.some(same)) return undefined;
  return 'it was taken back with "crio-guard --revert"; "crio-guard --fix" carries it out again';
}

async function carryOut(
  request: CorrectRequest,
  plan: ApprovedPlan,
  base: Omit<ReportedCorrection, 'state'>,
): Promise<Corrected> {
  const { host, ledger, id, time } = request;
  let after = request.checked;
  const verify = async (): Promise<string | undefined> => {
    after = await checkHost(host, request.check);
    return whyNotRight(plan, outcomeOf(after));
  };
  const applied = await apply({ host, plan, ledger, id, time, verify });
  switch (applied.kind) {
    case 'applied':
      return { checked: after, correction: { ...base, state: 'applied' } };
    case 'undone':
      return { checked: request.checked, correction: { ...base, state: 'undone', refusal: applied.why } };
    case 'failed': {
      const why = `${applied.why}; left behind: ${applied.left.join('; ')}`;
      return {
        checked: await checkHost(host, request.check),
        correction: { ...base, state: 'failed', refusal: why },
      };
    }
  }
}

async function outcomeOn(host: Host, check: CheckRequest): Promise<Outcome> {
  return outcomeOf(await checkHost(host, check));
}

const refusal = (code: `CG${string}`, why: string): ReportedCorrection => ({
  state: 'refused',
  code,
  actions: [],
  refusal: why,
});

function reportAction(action: Action): ReportedAction {
  const description = describeAction(action);
  if (action.kind !== 'write-file') return { kind: action.kind, description };
  const { path, previous, content } = action;
  return { kind: action.kind, description, difference: difference(path, previous, content) };
}
