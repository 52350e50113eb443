import * as fs from 'node:fs';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import { syncDirectory } from '../host/linux/atomic-file.js';
import { foreignIn } from '../facts/store/mountpoint-contents.js';
import type { Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import { parentOf } from '../host/paths.js';
import { commandOf, type Action } from './actions.js';
import { whyActionHits } from './in-use.js';
import { messageOf } from '../text/message-of.js';
import { removeTemporariesOf, writeTextFile } from './planned-file.js';
import { readTextFile } from './read-text-file.js';
import { runTool, type ToolRun } from './run-tool.js';
import { labelAsPolicySays } from './selinux-label.js';

export type Performed =
  | { readonly kind: 'done' }
  /** `touched`: it may have changed something all the same, and has to be undone. */
  | { readonly kind: 'failed'; readonly why: string; readonly touched: boolean };

type WriteFile = Extract<Action, { kind: 'write-file' }>;

const done = { kind: 'done' } as const;
const refused = (why: string): Performed => ({ kind: 'failed', why, touched: false });

/** Carries out one action, after it has checked once more that the machine is as the plan found it. */
export async function perform(host: Host, action: Action): Promise<Performed> {
  try {
    const inUse = await whyActionHits(host, action);
    if (inUse !== undefined) return refused(inUse);
    const hidden = await whyHidden(host, action);
    if (hidden !== undefined) return refused(hidden);
    const performed = await change(host, action);
    return performed.kind === 'done' ? program(await labelAsPolicySays(host, action)) : performed;
  } catch (error) {
    return { kind: 'failed', why: messageOf(error), touched: error instanceof AfterEffect };
  }
}

/**
 * Why what is renamed aside or mounted over would hide files. The plan has looked at them, too; they can have come
 * since.
 */
async function whyHidden(host: Host, action: Action): Promise<string | undefined> {
  switch (action.kind) {
    case 'rename-directory': {
      const foreign = await foreignIn(host, action.from);
      if (foreign.state === 'unknown') return describeFailure(foreign.why);
      return foreign.state === 'known' ? `${foreign.value} has come since the plan was made` : undefined;
    }
    case 'mount-dataset': {
      const entries = await host.readDirectory(action.mountpoint);
      if (entries.state === 'unknown') return describeFailure(entries.why);
      const name = entries.state === 'known' ? entries.value[0]?.name : undefined;
      return name === undefined ? undefined : `${action.mountpoint}/${name} has come since the plan was made`;
    }
    case 'make-directory':
    case 'write-file':
    case 'load-key':
    case 'load-module':
      return undefined;
  }
}

async function change(host: Host, action: Action): Promise<Performed> {
  switch (action.kind) {
    case 'make-directory':
      return makeDirectory(action.path, action.mode);
    case 'write-file':
      return writePlannedFile(host, action);
    case 'rename-directory':
      return rename(action.from, action.to);
    case 'mount-dataset':
      return mounted(await runCommand(host, action));
    case 'load-key':
    case 'load-module':
      return lasting(await runCommand(host, action));
  }
}

/** Runs the command of an action, if it has one. */
async function runCommand(host: Host, action: Action): Promise<ToolRun> {
  const command = commandOf(action);
  if (command === undefined) return { kind: 'done' };
  const [name, ...args] = command;
  return runTool(host, name, args);
}

/** A system call that failed when the change itself was made already. */
class AfterEffect extends Error {}

function afterEffect(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new AfterEffect(messageOf(error));
  }
}

/** A program that failed, or did not end in time, may have done its work all the same. */
const program = (outcome: ToolRun): Performed =>
  outcome.kind === 'done' ? done : { kind: 'failed', why: outcome.why, touched: true };

/**
 * A program that has not ended may do its work later, when CRI-O runs on it. The correction counts as not made, so
 * that no later run undoes it below a running CRI-O; until then the finding stands, and CRI-O does not start.
 */
const lasting = (outcome: ToolRun): Performed =>
  outcome.kind === 'failed' && outcome.unfinished
    ? refused(`${outcome.why}; it may still take effect later`)
    : program(outcome);

/** What another process has mounted in between is not ours to unmount. */
const mounted = (outcome: ToolRun): Performed =>
  outcome.kind === 'failed' && outcome.why.includes('already mounted')
    ? refused(outcome.why)
    : lasting(outcome);

function makeDirectory(path: string, mode: number): Performed {
  const link = symlinkOn(parentOf(path));
  if (link !== undefined) return refused(`${link} is a symbolic link`);
  fs.mkdirSync(path, { mode });
  afterEffect(() => {
    // The umask of the unit must not decide.
    fs.chmodSync(path, mode);
    syncDirectory(parentOf(path));
  });
  return done;
}

async function writePlannedFile(host: Host, action: WriteFile): Promise<Performed> {
  const { path, content, mode, previous } = action;
  const link = symlinkOn(parentOf(path));
  if (link !== undefined) return refused(`${link} is a symbolic link`);
  // The directory of the reports, which a start makes anyway: it is not part of what has to be undone.
  if (path === GUARD_ENVIRONMENT_FILE) fs.mkdirSync(parentOf(path), { recursive: true, mode: 0o755 });
  if (readTextFile(path) !== previous) return refused(`${path} has changed since the plan was made`);
  removeTemporariesOf(host, path);
  try {
    await writeTextFile(host, path, content, mode);
  } catch (error) {
    throw new AfterEffect(messageOf(error));
  }
  return program(await runCommand(host, action));
}

/** rename(2) replaces an empty directory, so the target must not exist at all. */
function rename(from: string, to: string): Performed {
  if (fs.lstatSync(to, { throwIfNoEntry: false }) !== undefined) return refused(`${to} exists`);
  const { mode: bits, uid, gid } = fs.statSync(from);
  const mode = bits & 0o7777;
  fs.renameSync(from, to);
  afterEffect(() => {
    fs.mkdirSync(from, { mode });
    fs.chownSync(from, uid, gid);
    fs.chmodSync(from, mode);
    syncDirectory(parentOf(from));
  });
  return done;
}

/** The first component of a path that is a symbolic link: its owner may point it elsewhere. */
function symlinkOn(path: string): string | undefined {
  for (let here = path; here !== '/'; here = parentOf(here)) {
    const status = fs.lstatSync(here, { throwIfNoEntry: false });
    if (status?.isSymbolicLink() === true) return here;
  }
  return undefined;
}
