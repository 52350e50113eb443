import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import { LedgerFile } from '../fix/ledger.js';
import type { Report } from '../report/report.js';
import { checkHost, type Checked, type CheckRequest } from '../check/check-host.js';
import { reportOf } from '../report/report-of.js';
import { correct } from '../fix/correction-run.js';
import type { GuardState } from '../rules/rule.js';
import type { Session } from './session.js';
import { traceSteps } from './tracing.js';

export interface Prestart {
  readonly report: Report;
  /** Whether CRI-O must not start; true only when an exact rule proved it. */
  readonly stop: boolean;
}

/**
 * What crio.service runs before CRI-O: check, correct what is provably safe, decide.
 *
 * @param remember keeps the version of CRI-O for the next start
 */
export async function runPrestart(
  session: Session,
  remember: NonNullable<CheckRequest['remember']>,
): Promise<Prestart> {
  const { configuration } = session;
  const ledger = new LedgerFile();
  // Whatever becomes of the variables in this run: we have inherited them, and CRI-O may not.
  const hasVariables = (await session.host.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent';
  const interrupted = configuration.mode === 'fix' ? await recover(session, ledger) : undefined;
  const check: CheckRequest = {
    inherited: !hasVariables,
    crioFlags: undefined,
    crioVersion: undefined,
    deep: false,
    configuration,
    remember,
    guard: { problems: configuration.problems, ...(interrupted === undefined ? {} : { interrupted }) },
  };
  const before = await checkHost(session.host, check);
  await traceSteps(session, before);
  const { checked, correction } = await correct({
    host: session.host,
    check,
    checked: before,
    carryOut: configuration.mode === 'fix' && (interrupted?.left.length ?? 0) === 0,
    automatic: true,
    ledger,
    id: session.now().getTime().toString(36),
    time: session.now(),
  });
  const report = reportOf(checked, {
    mode: configuration.mode,
    time: session.now(),
    duration: session.elapsed(),
    correction,
  });
  return { report, stop: mustStop(checked) };
}

/** Takes back a correction that a crash cut off. What cannot be taken back keeps a new one from being made. */
async function recover(session: Session, ledger: LedgerFile): Promise<GuardState['interrupted']> {
  const read = ledger.read();
  if (!('error' in read) && read.entries.every(({ status }) => status !== 'begun')) return undefined;
  const { undoInterrupted } = await import('../fix/revert.js');
  const result = await undoInterrupted(session.host, ledger);
  if (result.kind === 'failed') return { code: 'an earlier finding', left: [result.why] };
  const [first] = result.entries;
  if (first === undefined) return undefined;
  return { code: first.entry.code, left: result.entries.flatMap(({ left }) => left) };
}

/** An exact finding, not ignored, of a CRI-O that was measured; anything less lets CRI-O start. */
export function mustStop({ diagnosis, outcomes, exact }: Checked): boolean {
  const { configuration } = diagnosis;
  if (!exact || configuration.outcome === 'unknown') return false;
  if (configuration.outcome === 'refused' && configuration.refusal.doubt !== undefined) return false;
  return outcomes.findings.some(
    ({ severity, certainty, ignored }) => severity === 'error' && certainty === 'exact' && !ignored,
  );
}
