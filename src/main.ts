#!/usr/bin/env node
import { parseCommand } from './cli/argv.js';
import { EXIT } from './cli/exit-code.js';
import type * as Start from './cli/start.js';
import type * as Program from './program.js';
import type { ProcessContext } from './cli/session.js';
import { zfsIsNotConfigured } from './check/zfs-is-not-configured.js';
import { loadCompiled } from './compiled-code.js';
import { Deadline } from './host/deadline.js';
import { errnoOf } from './host/linux/errno.js';
import { LinuxHost } from './host/linux/linux-host.js';
import { killAfter } from './host/linux/run.js';

/** Longest that the first look may take, in milliseconds. */
const LONGEST = 5_000;

const environment = process.env;
const command = parseCommand(process.argv.slice(2));
const machine = new LinuxHost({
  deadline: Deadline.in(LONGEST),
  environment,
  userId: process.getuid?.() ?? -1,
  program: process.argv[1] ?? process.execPath,
  waits: command.kind === 'prestart',
});

/** The only place that knows of the process. */
const context: ProcessContext = {
  environment,
  host: (deadline) => machine.until(deadline),
  // A terminal on a serial line may not know how wide it is.
  columns: () => (process.stdout.isTTY ? process.stdout.columns || 0 : undefined),
  isErrorTerminal: () => process.stderr.isTTY,
  isInteractive: () => process.stdin.isTTY && process.stdout.isTTY,
  ask,
  elapsed: () => process.uptime() * 1000,
  now: () => new Date(),
  runDirectory: '/run/crio-guard',
  killAfter: (milliseconds) => killAfter(milliseconds, process.pid),
  print: (text) => {
    standardOutput().write(text);
  },
  warn,
};

function warn(text: string): void {
  standardError().write(text);
}

// Node makes the streams, of two dozen modules, at their first use: a start that has nothing to say has no use for
// them. Without a listener a reader that went away, or a disk that is full, would end the process in a stack trace.
let isLost = false;
let output: NodeJS.WriteStream | undefined;
let errors: NodeJS.WriteStream | undefined;

const standardOutput = (): NodeJS.WriteStream => (output ??= process.stdout.on('error', onLostOutput));
const standardError = (): NodeJS.WriteStream => (errors ??= process.stderr.on('error', () => undefined));

function onLostOutput(error: Error): void {
  // `| head` has what it wanted.
  if (errnoOf(error) === 'EPIPE') return;
  if (!isLost) warn(`crio-guard: standard output could not be written: ${error.message}\n`);
  isLost = true;
  // A verdict that was not printed must not end as a good one.
  process.exitCode ||= EXIT.unknown;
}

/** Milliseconds that an answer may take: the lock is held meanwhile. */
const PATIENCE = 120_000;

function ask(question: string): Promise<string> {
  warn(question);
  const { stdin } = process;
  return new Promise((resolve) => {
    const answer = (text: string): void => {
      clearTimeout(timer);
      stdin.removeAllListeners();
      stdin.pause();
      resolve(text);
    };
    const timer = setTimeout(() => answer(''), PATIENCE);
    stdin.on('data', (bytes: Buffer) => answer(bytes.toString().trim()));
    stdin.on('end', () => answer(''));
    stdin.on('error', () => answer(''));
  });
}

async function main(): Promise<number> {
  if (command.kind !== 'prestart') return (await loadProgram()).run(command, context);
  if (await needsNothing()) return EXIT.ok;
  // Loaded only now: on a node without ZFS it would be most of what a start costs.
  const { start } = (await loadBundle<typeof Start>('start')) ?? (await import('./cli/start.js'));
  return start(command.options.verbose, context, loadProgram);
}

const loadProgram = async (): Promise<typeof Program> =>
  (await loadBundle<typeof Program>('program')) ?? (await import('./program.js'));

/** A bundle with its compiled code; undefined where there is none, and in a source tree. */
async function loadBundle<Exports>(name: string): Promise<Exports | undefined> {
  // A module has no __dirname.
  if (typeof __dirname === 'undefined') return undefined;
  // The bundle is made from the module that the caller names.
  return (await loadCompiled(`${__dirname}/${name}.cjs`, { node: process, require })) as Exports | undefined;
}

/** A mistake here must not keep the whole check, or CRI-O, from being run. */
async function needsNothing(): Promise<boolean> {
  try {
    return await zfsIsNotConfigured(machine, environment);
  } catch {
    return false;
  }
}

void main().then((code) => {
  // Not process.exit(): it would cut off what is still on its way to a pipe.
  process.exitCode = isLost && code === EXIT.ok ? EXIT.unknown : code;
});
