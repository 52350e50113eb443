#!/usr/bin/env node
import { writeFileSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCommand, type Command } from './cli/command.js';
import { checkRequest, runCheck, runFix } from './cli/check.js';
import { runConfig } from './cli/config.js';
import { EXIT } from './cli/exit-code.js';
import { explain, listRules } from './cli/explain.js';
import { helpText } from './cli/options.js';
import { runPrestart } from './cli/prestart.js';
import { runRecord } from './cli/record.js';
import { runRevert } from './cli/revert.js';
import type { Session } from './cli/session.js';
import { readGuardConfiguration } from './config/guard-config.js';
import { writeFileAtomically } from './host/atomic-file.js';
import { Deadline } from './host/deadline.js';
import { messageOf } from './fix/ledger.js';
import type { Host } from './host/host.js';
import { LinuxHost } from './host/linux-host.js';
import { LoggingHost } from './host/logging-host.js';
import { parseRecording, RecordedHost } from './host/recorded-host.js';
import { publish } from './report/publish.js';
import { ReportFiles } from './report/report-file.js';
import { colored, plain } from './report/style.js';
import { rules } from './rules/index.js';
import { VERSION } from './version.js';

/** Longest that any run may take, in milliseconds, until the guard's own configuration says less. */
const LONGEST = 15_000;

async function main(): Promise<number> {
  const command = parseCommand(process.argv.slice(2));
  try {
    return await run(command);
  } catch (error) {
    // A bug of ours. It must never be the reason that CRI-O does not start.
    process.stderr.write(
      `<3>crio-guard: internal error: ${error instanceof Error ? (error.stack ?? '') : messageOf(error)}\n`,
    );
    return command.kind === 'prestart' ? EXIT.ok : EXIT.unknown;
  }
}

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case 'usage':
      process.stderr.write(`crio-guard: ${command.message}\nTry "crio-guard --help".\n`);
      return EXIT.usage;
    case 'help':
      process.stdout.write(helpText());
      return EXIT.ok;
    case 'version':
      process.stdout.write(`crio-guard ${VERSION}\n`);
      return EXIT.ok;
    case 'explain':
      return explain(command.code, command.json, print, warn);
    case 'list-rules':
      return listRules(command.json, print);
    case 'revert':
      return runRevert(await openSession(undefined, false), command.json);
    case 'prestart':
      return prestart(await openSession(undefined, command.looking.verbose));
    default:
      return look(command);
  }
}

async function look(
  command: Extract<Command, { kind: 'check' | 'fix' | 'config' | 'record' }>,
): Promise<number> {
  const { looking } = command;
  const session = await openSession(looking.from, looking.verbose);
  const request = checkRequest(session, looking);
  if ('error' in request) {
    warn(`crio-guard: ${request.error}\n`);
    return EXIT.usage;
  }
  switch (command.kind) {
    case 'check':
      return runCheck(session, request, {
        format: looking.format,
        only: looking.only,
        ...(looking.metrics === undefined ? {} : { writeMetrics: metricsWriter(looking.metrics) }),
      });
    case 'fix':
      return runFix(session, request, { dryRun: command.dryRun, json: looking.json });
    case 'config':
      return runConfig(session, request, looking.json);
    case 'record':
      return runRecord(session, request, (text) => writeFileSync(command.file, text, { mode: 0o600 }));
  }
}

async function prestart(session: Session): Promise<number> {
  if (session.configuration.mode === 'off') {
    warn('<4>crio-guard: mode is "off": CRI-O starts unchecked\n');
    return EXIT.ok;
  }
  const { report, stop } = await runPrestart(session);
  // The drop-in stops CRI-O on this word alone: any other end of ours, a crash included, lets it start.
  if (stop) print('stop\n');
  const { host, now } = session;
  const path = process.env['PATH'] ?? '';
  await publish({ report, stopped: stop, rules, host, path, now: now(), files: new ReportFiles(), warn });
  return stop ? EXIT.error : EXIT.ok;
}

async function openSession(from: string | undefined, verbose: boolean): Promise<Session> {
  const real = new LinuxHost({
    deadline: Deadline.in(LONGEST),
    environment: process.env,
    userId: process.getuid?.() ?? -1,
    program: process.argv[1] ?? process.execPath,
  });
  const configuration = await readGuardConfiguration(real);
  const deadline = Deadline.in(configuration.deadline * 1000);
  const bare: Host = from === undefined ? real : recorded(from);
  const trace = verbose ? await openTrace() : undefined;
  return {
    host: trace === undefined ? bare : new LoggingHost(bare, trace),
    ...(trace === undefined ? {} : { trace }),
    deadline,
    configuration,
    style: process.stdout.isTTY && !process.env['NO_COLOR'] ? colored : plain,
    elapsed: () => performance.now(),
    now: () => new Date(),
    print,
    warn,
  };
}

/** The program's own log; its library is loaded only for who asks for it. */
async function openTrace(): Promise<(line: string) => void> {
  const { createLog } = await import('./log.js');
  const log = createLog({ verbose: true, terminal: process.stderr.isTTY, write: warn });
  return (line) => log.debug(line);
}

function recorded(path: string): Host {
  const recording = parseRecording(readFileSync(path, 'utf8'));
  if ('error' in recording) throw new Error(`${path}: ${recording.error}`);
  return new RecordedHost(recording);
}

const metricsWriter = (path: string) => (text: string) => {
  try {
    writeFileAtomically(resolve(path), text, 0o644);
  } catch (error) {
    warn(`crio-guard: the metrics could not be written: ${messageOf(error)}\n`);
  }
};

const print = (text: string): void => {
  process.stdout.write(text);
};
const warn = (text: string): void => {
  process.stderr.write(text);
};

void main().then((code) => {
  // Not process.exit(): it would cut off what is still on its way to a pipe.
  process.exitCode = code;
});
