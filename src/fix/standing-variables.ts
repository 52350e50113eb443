import { isDeepStrictEqual } from 'node:util';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import type { Action } from './actions.js';
import type { LedgerEntry, LedgerFile } from './ledger.js';
import type { ChangeLock } from './lock.js';
import { planCorrection } from './plan.js';
import { prove } from './prove.js';
import { withdraw } from './revert.js';
import type { Host } from '../host/host.js';
import { PlannedHost } from './planned/planned-host.js';
import type { GuardState } from '../rules/rule.js';
import { checkHost, type CheckRequest } from '../check/check-host.js';
import { outcomeOf } from './outcome.js';
import { decodeText } from '../text/utf8.js';

export interface ReviewRequest {
  readonly host: Host;
  readonly check: CheckRequest;
  readonly ledger: LedgerFile;
  readonly lock: ChangeLock;
}

/**
 * Takes back the variables of an earlier correction when they are no longer needed. A check of the host as
 * it is cannot tell, since they make it right; so it is asked what would be corrected without them. The same
 * again: they stay, at this start and at every later one. Nothing, or something else that is proven: they
 * go. They stay when that is unknown.
 */
export async function reviewVariables(request: ReviewRequest): Promise<GuardState['withdrawn']> {
  const { host, ledger, lock } = request;
  const bytes = await host.readFile(GUARD_ENVIRONMENT_FILE);
  if (bytes.state !== 'known') return undefined;
  const text = decodeText(bytes.value);
  const read = ledger.read();
  // What the ledger does not know was written by an administrator.
  const entry =
    'error' in read
      ? undefined
      : read.entries
          .filter(({ status }) => status === 'applied')
          .filter(({ actions }) => variablesOf(actions).some(({ content }) => content === text))
          .at(-1);
  if (entry === undefined || !(await isDispensable(request, entry))) return undefined;
  const result = await withdraw({ host, ledger, lock }, entry);
  const left =
    result.kind === 'failed'
      ? [result.why]
      : result.entries.flatMap(({ left, failed }) => [...left, ...failed]);
  return { code: entry.code, left };
}

type Write = Extract<Action, { kind: 'write-file' }>;

const variablesOf = (actions: readonly Action[]): Write[] =>
  actions
    .filter((action) => action.kind === 'write-file')
    .filter(({ path }) => path === GUARD_ENVIRONMENT_FILE);

async function isDispensable({ host, check, ledger }: ReviewRequest, entry: LedgerEntry): Promise<boolean> {
  const without = new PlannedHost(host, [], new Set([GUARD_ENVIRONMENT_FILE]));
  const { diagnosis, outcomes, exact } = await checkHost(without, check);
  const { prediction } = diagnosis;
  if (!exact || prediction.outcome === 'unknown') return false;
  const planned = await planCorrection({
    host: without,
    diagnosis,
    findings: outcomes.findings,
    trigger: 'plan',
    configuration: check.configuration,
    ledger,
  });
  switch (planned.kind) {
    case 'nothing':
      return prediction.outcome === 'starts';
    case 'refused':
      return false;
    case 'plan': {
      const { plan } = planned;
      if (isDeepStrictEqual(variablesOf(plan.actions), variablesOf(entry.actions))) return false;
      const proof = await prove(without, plan, async (on) => outcomeOf(await checkHost(on, check)));
      return proof.kind === 'approved';
    }
  }
}
