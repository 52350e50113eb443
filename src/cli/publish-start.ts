import type { RememberedVersion } from '../config/installed-crio/installed-version.js';
import { standingCorrections, type LedgerFile } from '../fix/ledger.js';
import type { Host } from '../host/host.js';
import { keepVersion } from '../report/keep-version.js';
import { publish, type PublishRequest } from '../report/publish.js';
import { ReportFiles } from '../report/report-file.js';
import { openLog } from './open-session.js';
import { pathOf, type ProcessContext, type Session } from './session.js';

export interface StartToPublish extends Pick<PublishRequest, 'report' | 'rules' | 'stopped'> {
  readonly askedVersion: RememberedVersion | undefined;
  /** What was asked in this run. */
  readonly look: Host;
  readonly ledger: LedgerFile;
  /** Milliseconds that the run may take. */
  readonly most: number;
}

/** Tells the readers of the report what a start has found. Never fails. */
export async function publishStart(
  { host, configuration }: Session,
  context: ProcessContext,
  { report, rules, stopped, askedVersion, look, ledger, most }: StartToPublish,
): Promise<void> {
  const files = await ReportFiles.on(look, context.runDirectory);
  await keepVersion(host, askedVersion, files);
  const wrong = await publish({
    report,
    stopped,
    rules,
    host: look,
    path: pathOf(context),
    now: context.now(),
    files,
    standing: standingCorrections(ledger),
    // A tenth of the deadline: one second, and more on a machine whose administrator knows it to be slow.
    limit: Math.min(most / 15, configuration.deadline * 100),
    warn: context.warn,
  });
  if (wrong !== undefined) (await openLog(context)).warning(`the report could not be kept: ${wrong}`);
}
