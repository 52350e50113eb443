import { lookAtHost, type CheckRequest, type Looked } from '../check/look-at-host.js';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import type { RememberedVersion } from '../config/installed-crio/installed-version.js';
import { guardStateOf } from '../fix/guard-state.js';
import type { LedgerFile, LedgerRead } from '../fix/ledger.js';
import type { Host } from '../host/host.js';
import { nothingFound } from '../rules/nothing-found.js';
import { rules } from '../rules/index.js';
import type { Session } from './session.js';

/** What a start has seen. Plain values: who finishes the start may be another bundle, with modules of its own. */
export interface SeenBeforeStart {
  readonly request: CheckRequest;
  readonly looked: Looked;
  /** As it was before the look. */
  readonly ledger: LedgerRead;
  /** Run-time variables of ours are there: they may no longer be needed. */
  readonly hasVariables: boolean;
  /** What CRI-O was asked for; undefined when a cache had the version, or no version was needed. */
  readonly askedVersion: RememberedVersion | undefined;
}

/** @param look what was already asked in this run */
export async function lookBeforeStart(
  { configuration }: Session,
  ledger: LedgerFile,
  look: Host,
): Promise<SeenBeforeStart> {
  // Whatever becomes of the variables in this run: we have inherited them, and CRI-O may not.
  const hasVariables = (await look.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent';
  const seen = ledger.read();
  let askedVersion: RememberedVersion | undefined;
  const request: CheckRequest = {
    inherited: !hasVariables,
    crioFlags: undefined,
    crioVersion: undefined,
    deep: false,
    configuration,
    remember: (version) => (askedVersion = version),
    guard: guardStateOf(configuration, ledger, seen),
  };
  const looked = await lookAtHost(look, request);
  return { request, looked, ledger: seen, hasVariables, askedVersion };
}

/** Whether CRI-O starts, and there is nothing to say, to correct, to undo or to take back. */
export const isHealthy = ({ request, looked: { diagnosis }, hasVariables }: SeenBeforeStart): boolean =>
  diagnosis.prediction.outcome === 'starts' &&
  !hasVariables &&
  request.guard.interrupted === undefined &&
  nothingFound(rules, diagnosis);
