import { escapeControls } from './text/escape.js';
import { checkRequest, runCheck, runFix } from './cli/check.js';
import type { Command, CommandOptions } from './cli/argv.js';
import { usageText } from './cli/mistake.js';
import { EXIT } from './cli/exit-code.js';
import { helpText } from './cli/help.js';
import type { CheckRequest } from './check/check-host.js';
import { runConfig } from './cli/config.js';
import { runRecord } from './cli/record.js';
import { runRevert } from './cli/revert.js';
import { openRecording } from './cli/open-recording.js';
import { writeOutputFile, type WriteFile } from './cli/output-file.js';
import { progressOn } from './check/progress.js';
import { ownState } from './cli/own-state.js';
import { openSession, thisHost } from './cli/open-session.js';
import type { ProcessContext } from './cli/session.js';
import { Deadline } from './host/deadline.js';
import { NO_LEDGER, standingCorrections } from './fix/ledger.js';
import { messageOf } from './text/message-of.js';
import { LockFile } from './fix/lock.js';
import { NPD_DEADLINE, npdLine } from './report/fleet/npd.js';
import { keepReport } from './report/keep-report.js';
import { ReportFiles } from './report/report-file.js';
import { styleFor } from './report/text/style.js';
import { VERSION } from './version.js';

export { finishStart, startFailed, startUnchecked } from './cli/finish-start.js';

/** Every command but that of a start. */
export type OtherCommand = Exclude<Command, { kind: 'prestart' }>;

/** Carries out a command. @returns the exit code */
export async function run(command: OtherCommand, context: ProcessContext): Promise<number> {
  try {
    return await dispatch(command, context);
  } catch (error) {
    // A bug of ours.
    const what = (error instanceof Error ? error.stack : undefined) ?? messageOf(error);
    const { print, warn } = context;
    if (isForNpd(command)) print(npdLine('unknown: crio-guard itself failed: internal error'));
    warn(`crio-guard: internal error: ${what.split('\n').map(escapeControls).join('\n')}\n`);
    return EXIT.unknown;
  }
}

async function dispatch(command: OtherCommand, context: ProcessContext): Promise<number> {
  const { print, warn, environment } = context;
  const width = (): number => styleFor(environment, context.columns()).columns;
  switch (command.kind) {
    case 'usage':
      return sayUsage(context, command);
    case 'help':
      print(helpText(width()));
      return EXIT.ok;
    case 'version':
      print(`crio-guard ${VERSION}\n`);
      return EXIT.ok;
    case 'explain': {
      const { explain } = await import('./cli/explain.js');
      return explain(command.code, command.json, { print, warn, columns: width() });
    }
    case 'list-rules': {
      const { listRules } = await import('./cli/explain.js');
      return listRules(command.json, { print, warn, columns: width() });
    }
    case 'revert':
      return revert(command, context);
    default:
      return look(command, context);
  }
}

async function revert(
  { options, how }: Extract<Command, { kind: 'revert' }>,
  context: ProcessContext,
): Promise<number> {
  const session = await openSession(context, undefined, false);
  const own = await ownState(session.host);
  const check = checkRequest(session, options, own.ledger);
  if ('error' in check) throw new Error(check.error);
  return runRevert(session, own, {
    json: options.json,
    how,
    check,
    ...asking(options, context),
  });
}

/** Whom a change is shown to before it is made: nobody without a terminal, or with --yes. */
const asking = (
  { yes }: CommandOptions,
  { isInteractive, ask }: ProcessContext,
): Partial<Pick<ProcessContext, 'ask'>> => (yes || !isInteractive() ? {} : { ask });

/** node-problem-detector shows standard output alone, and there is always one line for it. */
function sayUsage(
  { print, warn }: ProcessContext,
  { message, instead, isNpd }: Omit<Extract<Command, { kind: 'usage' }>, 'kind'>,
): number {
  warn(usageText(message, instead));
  if (isNpd) print(npdLine(`unknown: wrong command line: ${message}`));
  return EXIT.usage;
}

const isForNpd = (command: Command): boolean => command.kind === 'check' && command.options.format === 'npd';

type Look = Extract<Command, { kind: 'check' | 'fix' | 'config' | 'recommend' | 'record' }>;

async function look(command: Look, context: ProcessContext): Promise<number> {
  const { options } = command;
  const recorded =
    options.from === undefined ? undefined : await openRecording(thisHost(context), options.from);
  if (recorded !== undefined && 'error' in recorded) {
    context.warn(`crio-guard: ${recorded.error}\n`);
    if (isForNpd(command)) context.print(npdLine(`unknown: ${recorded.error}`));
    return EXIT.usage;
  }
  const session = await openSession(context, recorded, options.verbose);
  const crioFlags = options.crioFlags ?? recorded?.crioFlags;
  const own = recorded === undefined ? await ownState(session.host) : undefined;
  const request = checkRequest(session, { ...options, crioFlags }, own?.ledger);
  if ('error' in request) {
    return sayUsage(context, { message: request.error, instead: request.instead, isNpd: isForNpd(command) });
  }
  if (isForNpd(command)) session.deadline.shorten(NPD_DEADLINE - context.elapsed());
  switch (command.kind) {
    case 'check':
      return runCheck(session, options.deep ? watched(request, context) : request, {
        format: options.format,
        only: options.only,
        ledger: own?.ledger,
        ...(options.metrics === undefined ? {} : { writeMetrics: writerTo(context, options.metrics, 0o644) }),
        ...(options.condition === undefined
          ? {}
          : { writeCondition: writerTo(context, options.condition, 0o644) }),
      });
    case 'fix':
      return runFix(session, own ?? { ledger: NO_LEDGER, lock: new LockFile() }, request, {
        dryRun: command.dryRun,
        ...asking(options, context),
        json: options.json,
        keep: async (report) => {
          const standing = own === undefined ? undefined : standingCorrections(own.ledger);
          await keepReport(
            session.host,
            await ReportFiles.on(session.host, context.runDirectory),
            report,
            standing,
          );
        },
      });
    case 'config':
      return runConfig(session, request, options.json);
    case 'recommend':
      return (await import('./cli/recommend.js')).runRecommend(session, request, command.pool);
    case 'record':
      return runRecord(session, request, writerTo(context, command.file, 0o600));
  }
}

/** A deep check takes long, so a terminal shows its progress. */
function watched(request: CheckRequest, context: ProcessContext): CheckRequest {
  const progress = progressOn(context);
  return progress === undefined ? request : { ...request, progress };
}

/** Milliseconds that the storage of an output file may take to answer. */
const OUTPUT_DEADLINE = 5_000;

const writerTo =
  ({ host }: ProcessContext, path: string, mode: number): WriteFile =>
  (text) =>
    writeOutputFile(host(Deadline.in(OUTPUT_DEADLINE)), path, text, mode);
