import { conditionText, conditionUnknown } from '../report/fleet/condition.js';
import { bootIdOf } from '../report/keep-report.js';
import { publishFailure } from '../report/publish.js';
import { ReportFiles } from '../report/report-file.js';
import { rules } from '../rules/index.js';
import { EXIT } from './exit-code.js';
import type { SeenBeforeStart } from './look-before-start.js';
import { openLog, thisHost } from './open-session.js';
import { ownState } from './own-state.js';
import { decide } from './prestart.js';
import { publishStart } from './publish-start.js';
import { pathOf, type ProcessContext, type Session } from './session.js';

export interface StartToFinish {
  readonly session: Session;
  readonly context: ProcessContext;
  readonly seen: SeenBeforeStart;
  /** Milliseconds that the run may take. */
  readonly most: number;
}

/** Corrects and reports what a start has seen. @returns the exit code */
export async function finishStart({ session, context, seen, most }: StartToFinish): Promise<number> {
  const { look } = seen.looked;
  const own = await ownState(look);
  const { report, stop, askedVersion } = await decide(session, own, seen);
  // The drop-in stops CRI-O on this word alone: any other end of ours, a crash included, lets it start.
  if (stop) context.print('stop\n');
  const { ledger } = own;
  await publishStart(session, context, { report, rules, stopped: stop, askedVersion, look, ledger, most });
  return stop ? EXIT.error : EXIT.ok;
}

/** The administrator has switched the check off. */
export async function startUnchecked(context: ProcessContext): Promise<number> {
  const what = 'mode is "off": CRI-O starts unchecked';
  (await openLog(context)).warning(what);
  await keepUnknown(context, what);
  return EXIT.ok;
}

/** An error of ours must never be the reason that CRI-O does not start. */
export async function startFailed(what: string, context: ProcessContext): Promise<number> {
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
