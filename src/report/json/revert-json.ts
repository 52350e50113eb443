import type { LedgerEntry } from '../../fix/ledger.js';
import type { RevertPlan } from '../../fix/plan-revert.js';
import { reportAction } from '../../fix/report-action.js';
import type { RevertProved } from '../../fix/revert-proved.js';
import type { RevertUnneededResult } from '../../fix/revert-unneeded.js';
import type { RevertResult } from '../../fix/revert.js';
import type { GuardState } from '../../rules/rule.js';

/** What came of `--revert`. */
export type RevertOutput = (
  | RevertResult
  | RevertUnneededResult
  | RevertProved
  | { readonly kind: 'listed'; readonly corrections: readonly LedgerEntry[] }
  | { readonly kind: 'planned'; readonly plan: RevertPlan }
) & {
  /** A correction that was cut off, and what is left of it. */
  readonly interrupted?: NonNullable<GuardState['interrupted']>;
  /** Corrections that stand and that this version cannot undo. */
  readonly unreadable?: readonly string[];
  /** Why the corrections that outlast a reboot are unknown. */
  readonly unread?: string;
};

/** As programs read it: packaging/schemas/revert.schema.json. JSON leaves out what is undefined. */
export function revertJson(result: RevertOutput) {
  const { kind, interrupted, unreadable, unread } = result;
  const plan = 'plan' in result ? result.plan : undefined;
  return {
    schemaVersion: 1,
    kind,
    why: 'why' in result ? result.why : undefined,
    corrections: correctionsOf(result),
    kept:
      'kept' in result ? result.kept.map(({ entry, why }) => ({ ...correctionOf(entry), why })) : undefined,
    afterwards: plan?.afterwards,
    unseen: plan?.unseen,
    worse: plan?.worse,
    interrupted,
    unreadable,
    unread,
  };
}

function correctionsOf(result: RevertOutput) {
  switch (result.kind) {
    case 'listed':
      return result.corrections.map(correctionOf);
    case 'reverted':
      return result.entries.map(({ entry, left, failed }) => ({ ...correctionOf(entry), left, failed }));
    case 'planned':
    case 'refused':
    case 'not-confirmed':
    case 'made-again':
      return result.plan.entries.map(correctionOf);
    case 'failed':
      return [];
  }
}

/** The ledger's own form may change; what programs read does not. */
const correctionOf = ({ id, code, time, actions }: LedgerEntry) => ({
  id,
  code,
  time,
  actions: actions.map(reportAction),
});
