import { standingCorrections } from '../fix/ledger.js';
import { zfsCannotMatter } from '../check/zfs-cannot-matter.js';
import type { OwnState } from '../fix/begin-change.js';
import { LockFile } from '../fix/lock.js';
import { openLedger } from '../fix/open-ledger.js';
import type { Host } from '../host/host.js';
import { RememberingHost } from '../host/remembering-host.js';
import { conditionText, conditionUnknown } from '../report/fleet/condition.js';
import { bootIdOf } from '../report/keep-report.js';
import { keepVersion } from '../report/keep-version.js';
import { publish, publishFailure } from '../report/publish.js';
import { ReportFiles } from '../report/report-file.js';
import { rules } from '../rules/index.js';
import { EXIT } from './exit-code.js';
import { limitByStart } from './limit-by-start.js';
import { openLog, thisHost } from './open-session.js';
import { runPrestart } from './prestart.js';
import type { ProcessContext, Session } from './session.js';

/** `--prestart`: what crio.service runs before CRI-O. @returns the exit code */
export async function prestart(session: Session, context: ProcessContext): Promise<number> {
  const { print, warn, now } = context;
  if (session.configuration.mode === 'off') {
    const what = 'mode is "off": CRI-O starts unchecked';
    (await openLog(context)).warning(what);
    await keepUnknown(context, what);
    return EXIT.ok;
  }
  const look = new RememberingHost(session.host);
  // The configuration of CRI-O leads to graphroot, whose storage may hang: the limit has to hold for that look, too.
  const most = await limitByStart(session, context, look);
  if (session.configuration.problems.length === 0 && (await zfsCannotMatter(look))) return EXIT.ok;
  // What is asked next may never end: the child that ends it has to be there.
  if (most !== Infinity) await context.killAfter(most - context.elapsed());
  const files = await ReportFiles.on(look, context.runDirectory);
  const own = await ownState(look);
  const { report, stop, askedVersion } = await runPrestart(session, own, look);
  // The drop-in stops CRI-O on this word alone: any other end of ours, a crash included, lets it start.
  if (stop) print('stop\n');
  const path = pathOf(context);
  // A tenth of the deadline: one second, and more on a machine whose administrator knows it to be slow.
  const limit = Math.min(most / 15, session.configuration.deadline * 100);
  await keepVersion(session.host, askedVersion, files);
  const wrong = await publish({
    report,
    stopped: stop,
    rules,
    host: look,
    path,
    now: now(),
    files,
    standing: standingCorrections(own.ledger),
    limit,
    warn,
  });
  if (wrong !== undefined) (await openLog(context)).warning(`the report could not be kept: ${wrong}`);
  return stop ? EXIT.error : EXIT.ok;
}

/** An error of ours must never be the reason that CRI-O does not start. */
export async function prestartFailed(what: string, context: ProcessContext): Promise<number> {
  await publishFailure(what, { host: thisHost(context), path: pathOf(context), warn: context.warn });
  await keepUnknown(context, 'crio-guard itself failed, CRI-O starts unchecked');
  return EXIT.ok;
}

/** A start without a report: who reads the condition must not take the one before for it. */
async function keepUnknown(context: ProcessContext, what: string): Promise<void> {
  const condition = conditionUnknown(what, context.now());
  // After an error of ours even this may fail. Without the boot the condition is not believed, which is right.
  const host = thisHost(context);
  const bootId = await bootIdOf(host).catch(() => '');
  const files = await ReportFiles.on(host, context.runDirectory).catch(() => undefined);
  files?.writeText('condition', conditionText(condition, bootId));
}

export const ownState = async (host: Host): Promise<OwnState> => ({
  ledger: await openLedger(host),
  lock: new LockFile(),
});

const pathOf = ({ environment }: ProcessContext): string => environment['PATH'] ?? '';
