import { isDeepStrictEqual } from 'node:util';
import { lastStartSaid } from '../facts/node/last-start.js';
import type { Plan, Planned } from './actions.js';
import type { LedgerEntry, LedgerFile } from './ledger.js';
import { planCorrection, type Trigger } from './plan.js';
import { prove, type Proof } from './prove.js';
import type { Host } from '../host/host.js';
import { PlannedHost } from './planned/planned-host.js';
import { checkHost, type Checked, type CheckRequest } from '../check/check-host.js';
import { outcomeOf } from './outcome.js';

export interface ApproveRequest {
  readonly check: CheckRequest;
  readonly checked: Checked;
  readonly trigger: Trigger;
  readonly ledger: LedgerFile;
}

export type Approval = Exclude<Planned, { kind: 'plan' }> | Extract<Proof, { kind: 'approved' }>;

/** Plans the correction of what was found, and proves it; what is not exact is refused with the reason. */
export async function approve(request: ApproveRequest): Promise<Approval> {
  const { checked, trigger } = request;
  const { look, diagnosis, outcomes } = checked;
  const planned = await planCorrection({
    host: look,
    diagnosis,
    findings: outcomes.findings,
    trigger,
    configuration: request.check.configuration,
    ledger: request.ledger,
  });
  if (planned.kind !== 'plan') return planned;
  const { code } = planned.plan;
  const why = await whyNotExact(checked);
  if (why !== undefined) return refused(code, why);
  const proven = await proveAll(request, planned.plan);
  const held = whyHeld(request, proven.plan);
  if (held !== undefined) return refused(code, held);
  return proven.proof.kind === 'approved' ? proven.proof : refused(code, proven.proof.why);
}

const refused = (code: `CG${string}`, why: string): Approval => ({ kind: 'refused', code, why });

interface Proven {
  readonly plan: Plan;
  readonly proof: Proof;
}

/**
 * One refusal hides the next: behind the options of another driver there may be cri-o/cri-o#8771. Where a
 * plan only writes files, all that lies behind it is known already, and what is planned then goes with it.
 * Together they are one plan, with one proof.
 */
async function proveAll({ check, checked, ledger }: ApproveRequest, plan: Plan): Promise<Proven> {
  const outcomeOn = async (on: Host) => outcomeOf(await checkHost(on, check));
  const { look } = checked;
  const alone: Proven = { plan, proof: await prove(look, plan, outcomeOn) };
  if (alone.proof.kind === 'approved' || plan.actions.some(({ kind }) => kind !== 'write-file')) return alone;
  const on = new PlannedHost(look, plan.actions);
  const { diagnosis, outcomes } = await checkHost(on, check);
  const { findings } = outcomes;
  if (findings.some(({ code }) => code === plan.code)) return alone;
  const next = await planCorrection({
    host: on,
    diagnosis,
    findings,
    trigger: 'plan',
    configuration: check.configuration,
    ledger,
  });
  if (next.kind !== 'plan') return alone;
  const { actions, expects } = next.plan;
  const both: Plan = { code: plan.code, actions: [...plan.actions, ...actions], expects };
  return { plan: both, proof: await prove(look, both, outcomeOn) };
}

/**
 * An unsupported version is corrected only when CRI-O itself has just failed with the predicted message; then its
 * restart ten seconds later may be corrected.
 */
async function whyNotExact({ look, exact, diagnosis }: Checked): Promise<string | undefined> {
  const { crioVersion, prediction } = diagnosis;
  if (exact) return undefined;
  if (crioVersion === undefined) return 'the version of CRI-O could not be read';
  if (prediction.outcome === 'fails' && (await lastStartSaid(look, prediction.error))) return undefined;
  return `CRI-O ${crioVersion.text} is ${crioVersion.support} than the supported versions, and its last start did not fail with this message`;
}

/** A correction that an administrator has reverted is made again only when they ask for it. */
function whyHeld({ ledger, trigger }: ApproveRequest, plan: Plan): string | undefined {
  const read = ledger.read();
  if ('error' in read) return read.error;
  const same = (entry: LedgerEntry): boolean =>
    entry.status === 'reverted' && isDeepStrictEqual(entry.actions, plan.actions);
  if (trigger !== 'prestart' || !read.entries.some(same)) return undefined;
  return 'it was reverted with "crio-guard --revert"; "crio-guard --fix" makes it again';
}
