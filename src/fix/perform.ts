import * as fs from 'node:fs';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import { syncDirectory, writeFileAtomically } from '../host/linux/atomic-file.js';
import { errnoOf } from '../host/linux/errno.js';
import type { Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import { lookPath } from '../host/look-path.js';
import { parentOf } from '../host/paths.js';
import { readPools } from '../facts/zfs/pools.js';
import type { Action } from './actions.js';
import { messageOf } from './ledger.js';

export type Outcome = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string };

type WriteFile = Extract<Action, { kind: 'write-file' }>;

const done: Outcome = { kind: 'done' };
const failed = (why: string): Outcome => ({ kind: 'failed', why });

/** Carries out one action, after options once more that the machine is as the plan found it. */
export async function perform(host: Host, action: Action): Promise<Outcome> {
  try {
    switch (action.kind) {
      case 'make-directory':
        return makeDirectory(action.path, action.mode);
      case 'write-file':
        return await andReload(host, action, writePlannedFile(action));
      case 'rename-directory':
        return rename(action.from, action.to);
      case 'mount-dataset':
        return await run(host, 'zfs', ['mount', action.dataset]);
      case 'load-key':
        return await run(host, 'zfs', ['load-key', action.dataset]);
      case 'load-module':
        // With -b also what is named by itself is left out when the administrator has blacklisted it.
        return await run(host, 'modprobe', ['-b', action.module]);
    }
  } catch (error) {
    return failed(messageOf(error));
  }
}

/**
 * Takes one action back, as far as nothing else has come to depend on it: a file is put back only when it
 * still holds what was written, a directory is removed only when it is empty, a mount or a module is left
 * alone when it is in use. Doing it twice does no harm.
 */
export async function undo(host: Host, action: Action): Promise<Outcome> {
  try {
    switch (action.kind) {
      case 'make-directory':
        return removeEmptyDirectory(action.path);
      case 'write-file':
        return await andReload(host, action, restoreFile(action));
      case 'rename-directory':
        return undoRename(action.from, action.to);
      case 'mount-dataset':
        return await undoMount(host, action.dataset);
      case 'load-module':
        return await unloadModule(host, action.module);
      case 'load-key':
        // A loaded key hides nothing and stops nobody; unloading it could.
        return done;
    }
  } catch (error) {
    return failed(messageOf(error));
  }
}

function makeDirectory(path: string, mode: number): Outcome {
  const link = symlinkOn(parentOf(path));
  if (link !== undefined) return failed(`${link} is a symbolic link`);
  fs.mkdirSync(path, { mode });
  syncDirectory(parentOf(path));
  return done;
}

function writePlannedFile(action: WriteFile): Outcome {
  const { path, content, mode, previous } = action;
  const link = symlinkOn(parentOf(path));
  if (link !== undefined) return failed(`${link} is a symbolic link`);
  // The directory of the reports, which a start makes anyway: no part of what has to be taken back.
  if (path === GUARD_ENVIRONMENT_FILE) fs.mkdirSync(parentOf(path), { recursive: true, mode: 0o755 });
  if (readText(path) !== previous) return failed(`${path} has changed since the plan was made`);
  // Beside the directory, not in it: CRI-O reads every file of crio.conf.d.
  writeFileAtomically(path, content, mode, parentOf(parentOf(path)));
  return done;
}

async function andReload(host: Host, { reloadsSystemd }: WriteFile, outcome: Outcome): Promise<Outcome> {
  if (reloadsSystemd !== true || outcome.kind === 'failed') return outcome;
  return run(host, 'systemctl', ['daemon-reload']);
}

function restoreFile(action: WriteFile): Outcome {
  const { path, content, mode, previous } = action;
  const now = readText(path);
  if (now === previous) return done;
  if (now !== content) return failed(`${path} was changed since crio-guard wrote it; it is left as it is`);
  if (previous === null) {
    fs.unlinkSync(path);
    syncDirectory(parentOf(path));
  } else {
    writeFileAtomically(path, previous, mode, parentOf(parentOf(path)));
  }
  return done;
}

/** rename(2) replaces an empty directory, so the target must not exist at all. */
function rename(from: string, to: string): Outcome {
  if (fs.existsSync(to)) return failed(`${to} exists`);
  fs.renameSync(from, to);
  fs.mkdirSync(from, { mode: fs.statSync(to).mode & 0o7777 });
  syncDirectory(parentOf(from));
  return done;
}

function undoRename(from: string, to: string): Outcome {
  if (!fs.existsSync(to)) return done;
  const empty = removeEmptyDirectory(from);
  if (empty.kind === 'failed') return empty;
  fs.renameSync(to, from);
  syncDirectory(parentOf(from));
  return done;
}

async function undoMount(host: Host, dataset: string): Promise<Outcome> {
  const outcome = await run(host, 'zfs', ['unmount', dataset]);
  if (outcome.kind === 'failed' && outcome.why.includes('not currently mounted')) return done;
  return outcome;
}

/** Imported pools are in use even when nobody holds the module: they are not ours to export. */
async function unloadModule(host: Host, module: string): Promise<Outcome> {
  const users = await host.readFile(`/sys/module/${module}/refcnt`);
  if (users.state === 'absent') return done;
  const pools = await readPools(host);
  const isUnused =
    users.state === 'known' &&
    new TextDecoder().decode(users.value).trim() === '0' &&
    (pools.state === 'absent' || (pools.state === 'known' && pools.value.length === 0));
  if (!isUnused) return failed(`the module ${module} is in use; it stays loaded, which changes nothing else`);
  return run(host, 'modprobe', ['-r', module]);
}

function removeEmptyDirectory(path: string): Outcome {
  try {
    fs.rmdirSync(path);
    syncDirectory(parentOf(path));
    return done;
  } catch (error) {
    switch (errnoOf(error)) {
      case 'ENOENT':
        return done;
      case 'ENOTEMPTY':
      case 'EEXIST':
      case 'EBUSY':
        return failed(`${path} is in use; it is left as it is`);
      default:
        throw error;
    }
  }
}

/** @returns `null` when there is no such file */
function readText(path: string): string | null {
  try {
    const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
    try {
      return fs.readFileSync(file, 'utf8');
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The first component of a path that is a symbolic link: whoever made it may point it elsewhere. */
function symlinkOn(path: string): string | undefined {
  for (let here = path; here !== '/'; here = parentOf(here)) {
    const status = fs.lstatSync(here, { throwIfNoEntry: false });
    if (status?.isSymbolicLink() === true) return here;
  }
  return undefined;
}

async function run(host: Host, name: string, args: readonly string[]): Promise<Outcome> {
  const path = host.environment('PATH');
  const search = `${path.state === 'known' ? path.value : ''}:/usr/sbin:/sbin:/usr/bin:/bin:/run/current-system/sw/bin`;
  const program = await lookPath(host, name, search);
  if (program.state !== 'known') return failed(`${name} was not found`);
  const answer = await host.run(program.value, args);
  if (answer.state === 'absent') return failed(`${name} was not found`);
  if (answer.state === 'unknown') return failed(describeFailure(answer.why));
  if (answer.value.exitCode === 0) return done;
  return failed(`${[name, ...args].join(' ')}: ${answer.value.stderr.trim()}`);
}
