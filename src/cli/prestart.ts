import type { RememberedVersion } from '../config/installed-crio/installed-version.js';
import { isDeepStrictEqual } from 'node:util';
import { mayChange } from '../config/guard-configuration.js';
import {
  beginChange,
  lockFor,
  withInterrupted,
  type BegunChange,
  type OwnState,
} from '../fix/begin-change.js';
import type { LedgerRead } from '../fix/ledger.js';
import type { Host } from '../host/host.js';
import type { ChangeLock } from '../fix/lock.js';
import type { Report } from '../report/report.js';
import { checkHost, judge, type Checked, type CheckRequest } from '../check/check-host.js';
import { reportOf } from '../report/report-of.js';
import { correct, mayCorrect } from '../fix/correct.js';
import { refusedBecause } from '../fix/correction-result.js';
import type { SeenBeforeStart } from './look-before-start.js';
import { lockWait, reportRequest, type Session } from './session.js';
import { traceSteps } from './tracing.js';

export interface Prestart {
  readonly report: Report;
  /** Whether CRI-O must not start; true only when an exact rule proved it. */
  readonly stop: boolean;
  /** Kept until this process ends, so that the report is written under it. A healthy start takes none. */
  readonly lock: ChangeLock | undefined;
  /** What CRI-O was asked for; undefined when a cache had the version, or no version was needed. */
  readonly askedVersion: RememberedVersion | undefined;
}

/** What a start does with what it has seen: check, correct what is provably safe, decide. */
export async function decide(session: Session, own: OwnState, before: SeenBeforeStart): Promise<Prestart> {
  const { configuration, host } = session;
  const isToCorrect = mayChange(configuration) && configuration.mode === 'fix';
  let { askedVersion } = before;
  const request: CheckRequest = { ...before.request, remember: (version) => (askedVersion = version) };
  const first = judge(before.looked, request);
  const isBegun = request.guard.interrupted !== undefined;
  const trigger = 'prestart';
  // Another run may be correcting what this check found: it decides again when that run has ended.
  const needsLock = isBegun || mustStop(first) || (await mayCorrect({ checked: first, trigger }));
  const change = isToCorrect && needsLock ? await beginChange(host, own, lockWait(session)) : undefined;
  const isOutdated = change?.kind === 'ready' && hasChanged(change, before.ledger);
  const check = change?.kind === 'ready' ? withInterrupted(request, change) : request;
  const found = isOutdated ? await checkHost(host, check) : first;
  traceSteps(session, found);
  const { checked: seen, correction } = await correct({
    host,
    check,
    checked: found,
    trigger,
    lock: lockFor(change),
    ledger: change?.kind === 'ready' ? change.ledger : own.ledger,
    id: session.now().getTime().toString(36),
    time: session.now(),
  });
  const mayStop = configuration.mode === 'fix';
  const checked = mayStop && mustStop(seen) ? await provedAgain(host, check, seen) : seen;
  const done = change?.kind === 'refused' ? refusedBecause(correction, change.why) : correction;
  const report = reportOf(checked, reportRequest(session, configuration.mode, done));
  const lock = change?.kind === 'ready' ? change.lock : undefined;
  return { report, stop: mayStop && mustStop(checked), lock, askedVersion };
}

/**
 * A stop is proved by a second look: what another program has changed since the first one must not keep a CRI-O
 * from starting that would start by now.
 */
async function provedAgain(host: Host, check: CheckRequest, seen: Checked): Promise<Checked> {
  const again = await checkHost(host, check);
  return again.diagnosis.prediction.outcome === 'starts' ? again : seen;
}

/** Whether the machine may be another one than the first check saw. */
function hasChanged(
  { interrupted, ledger }: Extract<BegunChange, { kind: 'ready' }>,
  seen: LedgerRead,
): boolean {
  return interrupted !== undefined || !isDeepStrictEqual(seen, ledger.read());
}

/** An exact finding, not ignored, of a supported CRI-O; anything less lets CRI-O start. */
export function mustStop({ diagnosis, outcomes, exact }: Checked): boolean {
  const { configuration } = diagnosis;
  if (!exact || configuration.kind === 'unknown') return false;
  if (configuration.kind === 'refused' && configuration.refusal.unconfirmed !== undefined) return false;
  return outcomes.findings.some(
    ({ severity, certainty, ignored }) => severity === 'error' && certainty === 'exact' && !ignored,
  );
}
