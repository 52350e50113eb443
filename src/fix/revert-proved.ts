import { checkHost, type CheckRequest } from '../check/check-host.js';
import type { LedgerEntry } from './ledger.js';
import { planRevert, whyWorse, type RevertPlan } from './plan-revert.js';
import { makeAgain, revertApplied, type Reverted, type RevertRequest } from './revert.js';

export type RevertProved =
  | { readonly kind: 'reverted'; readonly entries: readonly Reverted[]; readonly plan: RevertPlan }
  /** It would end worse than it begins; nothing was changed. */
  | { readonly kind: 'refused'; readonly why: string; readonly plan: RevertPlan }
  /** An administrator was asked and did not want it; nothing was changed. */
  | { readonly kind: 'not-confirmed'; readonly plan: RevertPlan }
  /** It ended worse than proved, and the corrections were made again. */
  | { readonly kind: 'made-again'; readonly why: string; readonly plan: RevertPlan }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Undoes corrections as they were made: proved before, verified afterwards. With `force` also where CRI-O ends worse
 * than it begins.
 *
 * @param entries in the order they were made
 */
export async function revertProved(
  request: RevertRequest & {
    readonly check: CheckRequest;
    /** Asks an administrator; absent where nobody is asked. */
    readonly confirm?: ((plan: RevertPlan) => Promise<boolean>) | undefined;
  },
  entries: readonly LedgerEntry[],
  force: boolean,
): Promise<RevertProved> {
  const { host, check, confirm } = request;
  const before = await checkHost(host, check);
  const plan = await planRevert(host, check, entries, before);
  if (plan.worse !== undefined && !force) return { kind: 'refused', why: plan.worse, plan };
  if (entries.length > 0 && confirm !== undefined && !(await confirm(plan)))
    return { kind: 'not-confirmed', plan };
  const result = await revertApplied(request, new Set(entries.map(({ id }) => id)));
  if (result.kind === 'failed') return result;
  if (force || entries.length === 0) return { ...result, plan };
  const worse = whyWorse(before, await checkHost(host, check));
  if (worse === undefined) return { ...result, plan };
  const again: string[] = [];
  for (const entry of entries) again.push(await makeAgain(request, entry, worse));
  return { kind: 'made-again', why: again.join('; '), plan };
}
