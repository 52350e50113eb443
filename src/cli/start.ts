import { zfsCannotMatter } from '../check/zfs-cannot-matter.js';
import { openLedger } from '../fix/open-ledger.js';
import { RememberingHost } from '../host/remembering-host.js';
import { reportOf } from '../report/report-of.js';
import { ReportFiles } from '../report/report-file.js';
import { messageOf } from '../text/message-of.js';
import { EXIT } from './exit-code.js';
import type { StartToFinish } from './finish-start.js';
import { limitByStart } from './limit-by-start.js';
import { isHealthy, lookBeforeStart } from './look-before-start.js';
import { openSession } from './open-session.js';
import { publishStart } from './publish-start.js';
import { reportRequest, type ProcessContext, type Session } from './session.js';

/** What only a start needs that has something to say or to correct: finish-start.ts, in the bundle of all commands. */
export interface Finish {
  readonly finishStart: (start: StartToFinish) => Promise<number>;
  readonly startUnchecked: (context: ProcessContext) => Promise<number>;
  readonly startFailed: (what: string, context: ProcessContext) => Promise<number>;
}

/**
 * `--prestart`: what crio.service runs before CRI-O. A healthy node needs no more than this module and what it imports,
 * a third of the program; that is a bundle of its own.
 *
 * @returns the exit code
 */
export async function start(
  verbose: boolean,
  context: ProcessContext,
  loadFinish: () => Promise<Finish>,
  openOwnLedger = openLedger,
): Promise<number> {
  try {
    const session = await openSession(context, undefined, verbose);
    return await prestart(session, context, { loadFinish, openOwnLedger });
  } catch (error) {
    // A bug of ours. It must never be the reason that CRI-O does not start.
    const what = (error instanceof Error ? error.stack : undefined) ?? messageOf(error);
    return (await loadFinish()).startFailed(what, context);
  }
}

interface Parts {
  readonly loadFinish: () => Promise<Finish>;
  readonly openOwnLedger: typeof openLedger;
}

async function prestart(
  session: Session,
  context: ProcessContext,
  { loadFinish, openOwnLedger }: Parts,
): Promise<number> {
  const { configuration } = session;
  if (configuration.mode === 'off') return (await loadFinish()).startUnchecked(context);
  const look = new RememberingHost(session.host);
  // The configuration of CRI-O leads to graphroot, whose storage may hang: the limit has to hold for that look, too.
  const most = await limitByStart(session, context, look);
  if (configuration.problems.length === 0 && (await zfsCannotMatter(look))) return EXIT.ok;
  // What is asked next may never end: the child that ends it has to be there.
  if (most !== Infinity) await context.killAfter(most - context.elapsed());
  // Asked before the deadline can pass; the answers are in the look.
  await ReportFiles.on(look, context.runDirectory);
  const ledger = await openOwnLedger(look);
  const seen = await lookBeforeStart(session, ledger, look);
  if (session.trace !== undefined || !isHealthy(seen))
    return (await loadFinish()).finishStart({ session, context, seen, most });
  const { diagnosis } = seen.looked;
  const outcomes = { findings: [], unknown: [], notRecorded: [] };
  const report = reportOf(
    { diagnosis, outcomes, verdict: 'ok', exact: true },
    reportRequest(session, configuration.mode, { state: 'none', actions: [] }),
  );
  const { askedVersion } = seen;
  await publishStart(session, context, {
    report,
    rules: [],
    stopped: false,
    askedVersion,
    look,
    ledger,
    most,
  });
  return EXIT.ok;
}
