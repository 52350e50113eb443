import { LedgerFile, type LedgerFile as Ledger } from '../fix/ledger.js';
import { undoInterrupted } from '../fix/revert.js';
import type { Report } from '../report/report.js';
import { predictionSteps } from '../report/steps.js';
import { checkHost, reportOf, type Checked, type CheckRequest } from './checking.js';
import { correct } from './correcting.js';
import type { Session } from './session.js';

export interface Prestart {
  readonly report: Report;
  /** Whether CRI-O must not start; true only when an exact rule proved it. */
  readonly stop: boolean;
}

/** What crio.service runs before CRI-O: check, correct what is provably safe, decide. */
export async function runPrestart(session: Session): Promise<Prestart> {
  const { configuration } = session;
  const check: CheckRequest = {
    inherited: true,
    crioFlags: undefined,
    crioVersion: undefined,
    deep: false,
    configuration,
  };
  const ledger = new LedgerFile();
  const recovered = configuration.mode === 'fix' ? await recover(session, ledger) : undefined;
  const before = await checkHost(session.host, check);
  if (session.trace) predictionSteps(before.diagnosis, before.outcomes).forEach(session.trace);
  const { checked, correction } = await correct({
    host: session.host,
    check,
    checked: before,
    carryOut: configuration.mode === 'fix' && recovered === undefined,
    ledger,
    id: session.now().getTime().toString(36),
    time: session.now(),
  });
  const report = reportOf(checked, {
    mode: configuration.mode,
    time: session.now(),
    duration: session.elapsed(),
    correction: recovered === undefined ? correction : { ...correction, state: 'failed', refusal: recovered },
  });
  return { report, stop: mustStop(checked) };
}

/** Takes back a correction that a crash cut off. @returns why nothing may be corrected now */
async function recover(session: Session, ledger: Ledger): Promise<string | undefined> {
  const result = await undoInterrupted(session.host, ledger);
  if (result.kind === 'failed') return result.why;
  const left = result.entries.flatMap((entry) => entry.left);
  return left.length === 0
    ? undefined
    : `an interrupted correction could not be taken back: ${left.join('; ')}`;
}

/** An exact finding, not ignored, of a CRI-O that was measured; anything less lets CRI-O start. */
function mustStop({ diagnosis, outcomes, exact }: Checked): boolean {
  if (!exact || diagnosis.configuration.outcome === 'undetermined') return false;
  return outcomes.findings.some(
    ({ severity, certainty, ignored }) => severity === 'error' && certainty === 'exact' && !ignored,
  );
}
