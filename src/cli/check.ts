import { parseCrioVersion, type CrioVersion } from '../config/crio-version.js';
import { LedgerFile } from '../fix/ledger.js';
import { renderJson } from '../report/json.js';
import { npdAnswer } from '../report/npd.js';
import { renderPrometheus } from '../report/prometheus.js';
import type { Report } from '../report/report.js';
import { predictionSteps } from '../report/steps.js';
import { renderText } from '../report/text.js';
import { checkHost, reportOf, type Checked, type CheckRequest } from './checking.js';
import type { Looking } from './command.js';
import { correct } from './correcting.js';
import { EXIT_OF_VERDICT } from './exit-code.js';
import type { Format } from './options.js';
import type { Session } from './session.js';

export function checkRequest(session: Session, looking: Looking): CheckRequest | { readonly error: string } {
  let crioVersion: CrioVersion | undefined;
  if (looking.crioVersion !== undefined) {
    const parsed = parseCrioVersion(looking.crioVersion);
    if (parsed === undefined) return { error: `${looking.crioVersion} is not a version of CRI-O` };
    crioVersion = parsed;
  }
  return {
    inherited: false,
    crioFlags: looking.crioFlags,
    crioVersion,
    deep: looking.deep,
    configuration: session.configuration,
    guard: { problems: session.configuration.problems },
  };
}

/** What `--check` makes of its report. */
export interface CheckOutput {
  readonly format: Format;
  readonly only: readonly string[];
  /** Writes the file for Prometheus; absent when none is wanted. */
  readonly writeMetrics?: (text: string) => void;
}

/** `--check`: says what will happen and what could be corrected; writes nothing but the file asked for. */
export async function runCheck(
  session: Session,
  request: CheckRequest,
  output: CheckOutput,
): Promise<number> {
  const checked = await checkHost(session.host, request);
  if (session.trace) predictionSteps(checked.diagnosis, checked.outcomes).forEach(session.trace);
  const { correction } = await planned(session, request, checked);
  const report = reportOf(checked, reportRequest(session, 'check', correction));
  output.writeMetrics?.(renderPrometheus(report));
  switch (output.format) {
    case 'text':
    case 'json':
      return print(session, report, output.format === 'json');
    case 'prometheus':
      session.print(renderPrometheus(report));
      return EXIT_OF_VERDICT[report.verdict];
    case 'npd': {
      const { text, verdict } = npdAnswer(report, output.only);
      session.print(text);
      return EXIT_OF_VERDICT[verdict];
    }
  }
}

/** `--fix`: the same, and carries the proven plan out unless it is a dry run. */
export async function runFix(
  session: Session,
  request: CheckRequest,
  options: {
    readonly dryRun: boolean;
    readonly json: boolean;
    /** Keeps the report for those who show the last one. */
    readonly keep: (report: Report) => void;
  },
): Promise<number> {
  const before = await checkHost(session.host, request);
  const { checked, correction } = await correct({
    host: session.host,
    check: request,
    checked: before,
    carryOut: !options.dryRun,
    automatic: false,
    ledger: new LedgerFile(),
    id: session.now().getTime().toString(36),
    time: session.now(),
  });
  const report = reportOf(checked, reportRequest(session, 'fix', correction));
  if (!options.dryRun) options.keep(report);
  return print(session, report, options.json);
}

function planned(session: Session, check: CheckRequest, checked: Checked) {
  const { host } = session;
  const [id, time] = ['', session.now()];
  const ledger = new LedgerFile();
  return correct({ host, check, checked, carryOut: false, automatic: false, ledger, id, time });
}

function reportRequest(session: Session, mode: Report['mode'], correction: Report['correction']) {
  return { mode, time: session.now(), duration: session.elapsed(), correction };
}

function print(session: Session, report: Report, json: boolean): number {
  session.print(json ? renderJson(report) : renderText(report, session.style));
  return EXIT_OF_VERDICT[report.verdict];
}
