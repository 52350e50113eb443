import type { Invocation } from '../config/service/invocation.js';
import type { Host } from '../host/host.js';
import type { Finding } from '../rules/finding.js';
import type { StoreDiagnosis } from '../rules/rule.js';
import type { Planned } from './actions.js';

export interface CorrectionRequest {
  readonly host: Host;
  readonly invocation: Invocation;
  readonly diagnosis: StoreDiagnosis;
  readonly finding: Finding;
}

/** How a finding is corrected. */
export interface Correction {
  /** Only when an administrator asks for it (`--fix`): CRI-O starts without it. */
  readonly byHand: boolean;
  /** Reads what the plan depends on beyond the diagnosis, and makes it. */
  propose(request: CorrectionRequest): Promise<Planned>;
}

/**
 * A correction in its two halves: everything is read first, so that planning stays pure. Nothing is read
 * for a finding that is not there.
 */
export function defineCorrection<Context>(correction: {
  readonly byHand?: true;
  read(request: CorrectionRequest): Promise<Context>;
  plan(diagnosis: StoreDiagnosis, context: Context, finding: Finding): Planned;
}): Correction {
  return {
    byHand: correction.byHand === true,
    propose: async (request) =>
      correction.plan(request.diagnosis, await correction.read(request), request.finding),
  };
}
