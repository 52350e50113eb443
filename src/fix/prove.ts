import type { Host } from '../host/host.js';
import { PlannedHost } from './planned/planned-host.js';
import type { Prediction } from '../driver/prediction.js';
import type { Finding } from '../rules/finding.js';
import type { StoreFacts } from '../facts/store/store.js';
import { valueOf } from '../host/probe.js';
import type { StorageTree } from '../check/storage-tree.js';
import type { ApprovedPlan, Expectation, Plan } from './actions.js';

/** The whole check, run on some host; what comes out of it decides whether a plan is right. */
export interface Outcome {
  readonly prediction: Prediction;
  readonly findings: readonly Finding[];
  readonly store: StoreFacts | undefined;
  /** Names of all datasets; undefined when they were not listed. */
  readonly datasets: ReadonlySet<string> | undefined;
  /** Where things lie on that host, for the reader. */
  readonly tree?: StorageTree | undefined;
}

export type Check = (host: Host) => Promise<Outcome>;

export type Proof =
  | {
      readonly kind: 'approved';
      readonly plan: ApprovedPlan;
      readonly afterwards: Prediction;
      readonly tree: StorageTree | undefined;
    }
  | { readonly kind: 'rejected'; readonly why: string };

/** Runs the whole check on the host as the plan would leave it. */
export async function prove(host: Host, plan: Plan, check: Check): Promise<Proof> {
  const outcome = await check(new PlannedHost(host, plan.actions));
  const why = whyNotRight(plan, outcome);
  if (why !== undefined) return { kind: 'rejected', why };
  // The one place that makes an ApprovedPlan: the check above is what the brand stands for.
  const { prediction: afterwards, tree } = outcome;
  return { kind: 'approved', plan: plan as ApprovedPlan, afterwards, tree };
}

/** Whether what the plan expects has come about, and nothing else is wrong. */
export function whyNotRight({ code, expects }: Plan, outcome: Outcome): string | undefined {
  if (expects.kind === 'start') return whyNoStart(expects, outcome);
  const finding = outcome.findings.find((candidate) => candidate.code === code);
  if (finding !== undefined) return `${code} would remain: ${finding.message}`;
  if (expects.kind === 'first-step' || outcome.prediction.outcome === 'starts') return undefined;
  return 'CRI-O would no longer start';
}

/** Whether CRI-O starts, in the intended dataset, sees the same layers, and nothing else is wrong. */
function whyNoStart(
  expects: Extract<Expectation, { kind: 'start' }>,
  { prediction, findings, store, datasets }: Outcome,
): string | undefined {
  switch (prediction.outcome) {
    case 'unknown':
      return 'cannot predict what CRI-O would do afterwards';
    case 'fails':
      return `CRI-O would fail after the correction: ${prediction.words}`;
    case 'starts':
  }
  const { dataset } = prediction;
  if (dataset === undefined) return 'new layers would land in no dataset';
  if (expects.dataset !== undefined && dataset !== expects.dataset) {
    return `new layers would land in ${dataset} instead of ${expects.dataset}`;
  }
  const error = findings.find(({ severity, ignored }) => severity === 'error' && !ignored);
  if (error !== undefined) return `${error.code} would remain: ${error.message}`;
  const content = store === undefined ? undefined : valueOf(store.layers.content);
  const seen = new Set(content?.kind === 'list' ? content.ids : []);
  const hidden = expects.layers.filter((id) => !seen.has(id));
  if (hidden.length > 0) return `${existing(hidden.length)} would no longer be seen`;
  const elsewhere = expects.layers.filter((id) => datasets?.has(`${dataset}/${id}`) !== true);
  return elsewhere.length === 0
    ? undefined
    : `${existing(elsewhere.length)} ${elsewhere.length === 1 ? 'is' : 'are'} not in ${dataset}: their images would be unusable`;
}

const existing = (count: number): string => (count === 1 ? '1 existing layer' : `${count} existing layers`);
