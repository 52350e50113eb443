import { confirmWithCrio } from '../config/arbiter.js';
import { fsnameOf } from '../driver/options.js';
import { lastStartSaid } from '../facts/last-start.js';
import { describeAction, type Action, type ApprovedPlan, type Plan } from '../fix/actions.js';
import { apply } from '../fix/apply.js';
import type { LedgerEntry, LedgerFile } from '../fix/ledger.js';
import { isCorrectable, planCorrection, readPlanContext } from '../fix/plan.js';
import { prove, whyNotRight, type Outcome } from '../fix/prove.js';
import type { Host } from '../host/host.js';
import { difference } from '../report/difference.js';
import { treeOf } from '../report/storage-tree.js';
import type { ReportedAction, ReportedCorrection } from '../report/report.js';
import { checkHost, disagreed, type Checked, type CheckRequest } from './checking.js';

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

/** Plans, proves, confirms with the installed CRI-O, and, when asked to, carries out and verifies. */
export async function correct(request: CorrectRequest): Promise<Corrected> {
  const { host, checked } = request;
  const findings = checked.outcomes.findings.filter(({ follows }) => follows === undefined);
  // Most runs have nothing to correct, and then nothing more is read.
  if (!findings.some(({ code, severity }) => severity === 'error' && isCorrectable(code))) {
    return { checked, correction: { state: 'none', actions: [] } };
  }
  const context = await readPlanContext(host, checked.invocation, checked.diagnosis);
  const planned = planCorrection(checked.diagnosis, findings, context);
  if (planned.kind === 'nothing') return { checked, correction: { state: 'none', actions: [] } };
  if (planned.kind === 'refused') return { checked, correction: refusal(planned.code, planned.why) };
  const { plan } = planned;
  const doubt = (await whyNotExact(host, checked)) ?? whyHeld(request, plan);
  if (doubt !== undefined) return { checked, correction: refusal(plan.code, doubt) };
  const proof = await prove(host, plan, (on) => outcomeOn(on, request.check));
  if (proof.kind === 'rejected') return { checked, correction: refusal(plan.code, proof.why) };
  const base = {
    code: plan.code,
    actions: plan.actions.map(reportAction),
    afterwards: proof.afterwards,
    ...(proof.tree === undefined ? {} : { afterwardsTree: proof.tree }),
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
  return carryOut(request, proof.plan, base);
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

function outcomeOf({ diagnosis, outcomes }: Checked): Outcome {
  const { prediction, situation } = diagnosis;
  const { findings } = outcomes;
  if (situation === undefined) return { prediction, findings, store: undefined };
  const { facts, request } = situation;
  const tree = treeOf({ facts, prediction, driver: request.driver, fsname: fsnameOf(request.options) });
  return { prediction, findings, store: facts.store, tree };
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
