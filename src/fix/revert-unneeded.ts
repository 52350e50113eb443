import { checkHost, type Checked, type CheckRequest } from '../check/check-host.js';
import type { Host } from '../host/host.js';
import type { Plan } from './actions.js';
import { bootOf, isGoneWithReboot, type LedgerEntry } from './ledger.js';
import { outcomeOf } from './outcome.js';
import { whyNotRight } from './prove.js';
import { makeAgain, withdraw, type Reverted, type RevertRequest } from './revert.js';
import { storedLayers } from './stored-layers.js';
import { withoutCorrections } from './without-corrections.js';

/** A correction that stays, because CRI-O needs it or because nothing proves that CRI-O starts without it. */
export interface Kept {
  readonly entry: LedgerEntry;
  readonly why: string;
}

export type RevertUnneededResult =
  | { readonly kind: 'reverted'; readonly entries: readonly Reverted[]; readonly kept: readonly Kept[] }
  | { readonly kind: 'failed'; readonly why: string };

type UnneededRequest = RevertRequest & { readonly check: CheckRequest };

/**
 * Undoes the corrections without which CRI-O is proved to start as it does with them, the latest first. This is for
 * the removal of crio-guard: what is undone now needs no crio-guard afterwards.
 */
export async function revertUnneeded(request: UnneededRequest): Promise<RevertUnneededResult> {
  const read = request.ledger.read();
  if ('error' in read) return { kind: 'failed', why: read.error };
  const boot = await bootOf(request.host);
  const entries: Reverted[] = [];
  const kept: Kept[] = [];
  for (const entry of read.entries.filter(({ status }) => status === 'applied').reverse()) {
    const isGone = isGoneWithReboot(entry, boot);
    const plan = isGone ? undefined : await provedWithout(request, entry);
    if (plan !== undefined && 'why' in plan) {
      kept.push({ entry, why: plan.why });
      continue;
    }
    const result = await withdraw(request, entry);
    if (result.kind === 'failed') return result;
    const wrong = plan === undefined ? undefined : await whyNotStarting(request.host, plan, request.check);
    if (wrong === undefined) for (const reverted of result.entries) entries.push(reverted);
    else kept.push({ entry, why: `without it: ${await makeAgain(request, entry, wrong)}` });
  }
  return { kind: 'reverted', entries, kept };
}

/** @returns what was proved: CRI-O starts without the correction, in the same dataset and with the same layers */
async function provedWithout(
  { host, check }: UnneededRequest,
  entry: LedgerEntry,
): Promise<Plan | { readonly why: string }> {
  const { code, actions } = entry;
  if (actions.some((action) => action.kind === 'write-file' && action.reloadsSystemd === true)) {
    return { why: 'systemd reads the file without crio-guard, too' };
  }
  const now = await checkHost(host, check);
  const before = await withoutCorrections(now.look, [entry]);
  if (before.unplanned !== undefined) return { why: before.unplanned };
  const expects = expectedLike(now);
  if ('why' in expects) return expects;
  const plan: Plan = { code, actions: [], expects };
  const why = await whyNotStarting(before.host, plan, check);
  return why === undefined ? plan : { why: `without it: ${why}` };
}

function expectedLike({ diagnosis }: Checked): Plan['expects'] | { readonly why: string } {
  const { input, prediction } = diagnosis;
  if (input === undefined) return { why: 'the configuration of CRI-O is unknown' };
  const stored = storedLayers(input.facts.store);
  if (stored.kind === 'unknown') return { why: `the layers of the store are unknown: ${stored.why}` };
  const layers = stored.kind === 'layers' ? stored.layers : [];
  const dataset = prediction.outcome === 'starts' ? prediction.dataset : undefined;
  return { kind: 'start', layers, ...(dataset === undefined ? {} : { dataset }) };
}

async function whyNotStarting(host: Host, plan: Plan, check: CheckRequest): Promise<string | undefined> {
  const outcome = outcomeOf(await checkHost(host, check));
  const { prediction } = outcome;
  return prediction.outcome === 'fails' ? `CRI-O fails: ${prediction.words}` : whyNotRight(plan, outcome);
}
