import { parseCrioVersion, type CrioVersion } from '../config/installed-crio/crio-version.js';
import { mayChange, whyUnchanged } from '../config/guard-configuration.js';
import {
  beginChange,
  lockFor,
  withInterrupted,
  type BegunChange,
  type OwnState,
} from '../fix/begin-change.js';
import { refusedBecause } from '../fix/correction-result.js';
import { guardStateOf } from '../fix/guard-state.js';
import { NO_LEDGER, standingCorrections, type LedgerFile } from '../fix/ledger.js';
import { jsonText } from '../text/json-text.js';
import { escapeControls } from '../text/escape.js';
import type { Report } from '../report/report.js';
import { rules } from '../rules/index.js';
import { checkHost, type CheckRequest } from '../check/check-host.js';
import { reportOf } from '../report/report-of.js';
import type { CommandOptions } from './argv.js';
import { correct } from '../fix/correct.js';
import { confirmBy } from './confirm.js';
import { EXIT, EXIT_OF_VERDICT } from './exit-code.js';
import { shown } from './mistake.js';
import type { Format } from './options.js';
import type { WriteFile } from './output-file.js';
import { lockWait, reportRequest, type Session } from './session.js';
import { npdAnswer } from '../report/fleet/npd.js';
import { conditionOf, conditionText } from '../report/fleet/condition.js';
import { bootIdOf } from '../report/keep-report.js';
import { renderPrometheus } from '../report/fleet/prometheus.js';
import { reportJson } from '../report/json/report-json.js';
import { renderText } from '../report/text/text.js';
import { traceSteps } from './tracing.js';

export function checkRequest(
  session: Session,
  options: CommandOptions,
  ledger = NO_LEDGER,
): CheckRequest | { readonly error: string; readonly instead: readonly string[] } {
  let crioVersion: CrioVersion | undefined;
  if (options.crioVersion !== undefined) {
    const parsed = parseCrioVersion(options.crioVersion);
    if (parsed === undefined) {
      return {
        error: `invalid CRI-O version "${shown(options.crioVersion)}" (example: 1.36.3)`,
        instead: ['--crio-version=1.36.3'],
      };
    }
    crioVersion = parsed;
  }
  // A mistyped code never matches, which would look like a healthy host.
  const nothing = options.only.find((begin) => !rules.some(({ code }) => begin && code.startsWith(begin)));
  if (nothing !== undefined)
    return {
      error: `--only: no rule has a code that begins with "${shown(nothing)}"`,
      instead: ['--list-rules'],
    };
  return {
    inherited: false,
    crioFlags: options.crioFlags,
    crioVersion,
    deep: options.deep,
    configuration: session.configuration,
    guard: guardStateOf(session.configuration, ledger),
  };
}

/** What `--check` makes of its report. */
export interface CheckOutput {
  readonly format: Format;
  readonly only: readonly string[];
  /** Writes the file for Prometheus; absent when none is wanted. */
  readonly writeMetrics?: WriteFile;
  /** Writes the condition; absent when none is wanted. */
  readonly writeCondition?: WriteFile;
  /** Absent for a recorded host. */
  readonly ledger?: LedgerFile | undefined;
}

/** `--check`: says what will happen and what could be corrected; writes nothing but the file asked for. */
export async function runCheck(
  session: Session,
  request: CheckRequest,
  output: CheckOutput,
): Promise<number> {
  const checked = await checkHost(session.host, request);
  traceSteps(session, checked);
  const ledger = output.ledger ?? NO_LEDGER;
  const { correction } = await correct({
    host: session.host,
    check: request,
    checked,
    trigger: 'plan',
    ledger,
    id: '',
    time: session.now(),
  });
  const report = reportOf(checked, reportRequest(session, 'check', correction));
  const code = printCheck(session, report, output);
  const condition = conditionText(conditionOf(report), await bootIdOf(session.host));
  const failures = [
    await output.writeMetrics?.(metricsOf(report, output)),
    await output.writeCondition?.(condition),
  ];
  const failure = failures.find((why) => why !== undefined);
  if (failure === undefined) return code;
  session.warn(`crio-guard: a file could not be written: ${escapeControls(failure)}\n`);
  // A timer that writes no metrics must not look well.
  return code === EXIT.ok ? EXIT.unknown : code;
}

function printCheck(session: Session, report: Report, output: CheckOutput): number {
  const { format, only } = output;
  switch (format) {
    case 'text':
    case 'json':
      return print(session, report, format === 'json');
    case 'prometheus':
      session.print(metricsOf(report, output));
      return EXIT_OF_VERDICT[report.verdict];
    case 'npd': {
      const { text, verdict } = npdAnswer(report, only);
      session.print(text);
      return EXIT_OF_VERDICT[verdict];
    }
  }
}

/** `--fix`: the same, and carries the approved plan out unless it is a dry run. */
export async function runFix(
  session: Session,
  own: OwnState,
  request: CheckRequest,
  options: {
    readonly dryRun: boolean;
    readonly json: boolean;
    /** Asks before something is changed; absent where nobody is asked. */
    readonly ask?: (question: string) => Promise<string>;
    /** Stores the report for the D-Bus service and other readers. */
    readonly keep: (report: Report) => Promise<void>;
  },
): Promise<number> {
  const { host } = session;
  const change = await changeFor(session, own, options.dryRun);
  // Said at once: the check may take long.
  if (change?.kind === 'refused')
    session.warn(`crio-guard: nothing is corrected: ${escapeControls(change.why)}\n`);
  const check = change?.kind === 'ready' ? withInterrupted(request, change) : request;
  const before = await checkHost(host, check);
  traceSteps(session, before);
  const { checked, correction: result } = await correct({
    host,
    check,
    checked: before,
    trigger: 'command',
    lock: lockFor(change),
    ledger: change?.kind === 'ready' ? change.ledger : own.ledger,
    id: session.now().getTime().toString(36),
    time: session.now(),
    confirm:
      options.ask === undefined
        ? undefined
        : confirmBy(session, options.ask, {
            json: options.json,
            reportOf: (now, planned) => reportOf(now, reportRequest(session, 'fix', planned)),
          }),
  });
  const correction = change?.kind === 'refused' ? refusedBecause(result, change.why) : result;
  const report = reportOf(checked, reportRequest(session, 'fix', correction));
  if (!options.dryRun) await options.keep(report);
  if (change?.kind === 'ready') change.lock.release();
  return print(session, report, options.json);
}

/** What has to come before a correction; undefined where nothing is to be changed. */
async function changeFor(session: Session, own: OwnState, dryRun: boolean): Promise<BegunChange | undefined> {
  if (dryRun) return undefined;
  if (mayChange(session.configuration)) return beginChange(session.host, own, lockWait(session));
  return {
    kind: 'refused',
    why: whyUnchanged(session.configuration),
  };
}

function print(session: Session, report: Report, json: boolean): number {
  session.print(json ? jsonText(reportJson(report)) : renderText(report, session.style()));
  return EXIT_OF_VERDICT[report.verdict];
}

function metricsOf(report: Report, { ledger }: CheckOutput): string {
  return renderPrometheus(report, ledger === undefined ? undefined : standingCorrections(ledger));
}
