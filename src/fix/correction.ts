import type { Host } from '../host/host.js';
import type { FindingOf, KnownCode } from '../rules/finding.js';
import type { StoreDiagnosis } from '../rules/rule.js';
import type { Planned } from './actions.js';
import type { LedgerFile } from './ledger.js';

export interface CorrectionRequest<Code extends KnownCode> {
  readonly host: Host;
  readonly diagnosis: StoreDiagnosis;
  readonly finding: FindingOf<Code>;
  /** Name of the directory that graphroot moves to. */
  readonly subdirectory: string;
  /** What earlier corrections did. */
  readonly ledger: Pick<LedgerFile, 'read'>;
}

/** How a finding is corrected. */
export interface Correction<Code extends KnownCode> {
  /** Only when an administrator asks for it (`--fix`): CRI-O starts without it. */
  readonly byHand: boolean;
  /** Reads what the plan depends on beyond the diagnosis, and makes it. */
  propose(request: CorrectionRequest<Code>): Promise<Planned>;
}

/**
 * A correction in its two halves: everything is read first, so that planning stays pure. Nothing is read
 * for a finding that is not there.
 */
export function defineCorrection<Code extends KnownCode, Context>(correction: {
  readonly byHand?: true;
  read(request: CorrectionRequest<Code>): Promise<Context>;
  plan(diagnosis: StoreDiagnosis, context: Context, finding: FindingOf<Code>): Planned;
}): Correction<Code> {
  return {
    byHand: correction.byHand === true,
    propose: async (request) =>
      correction.plan(request.diagnosis, await correction.read(request), request.finding),
  };
}
