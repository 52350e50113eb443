import * as fs from 'node:fs';
import { readPools } from '../facts/zfs/pools.js';
import { syncDirectory } from '../host/linux/atomic-file.js';
import { errnoOf } from '../host/linux/errno.js';
import type { Host } from '../host/host.js';
import { parentOf } from '../host/paths.js';
import type { Action } from './actions.js';
import { messageOf } from '../text/message-of.js';
import { removeTemporariesOf, writeTextFile } from './planned-file.js';
import { readTextFile } from './read-text-file.js';
import { runTool } from './run-tool.js';
import { decodeText } from '../text/utf8.js';

export type UndoOutcome =
  | { readonly kind: 'done' }
  /** Left on purpose: it is in use, or was changed since. */
  | { readonly kind: 'left'; readonly why: string }
  /** Another attempt may succeed. */
  | { readonly kind: 'failed'; readonly why: string };

const done = { kind: 'done' } as const;
const left = (why: string): UndoOutcome => ({ kind: 'left', why });

/** What still stands after an undo. */
export interface Undone {
  /** Left on purpose, with the reason: it is in use or was changed since. */
  readonly left: readonly string[];
  /** Could not be undone; another attempt may succeed. */
  readonly failed: readonly string[];
}

/** Undoes actions, the last one first. */
export async function undoAll(host: Host, actions: readonly Action[]): Promise<Undone> {
  const [left, failed]: [string[], string[]] = [[], []];
  host.beginUndo?.();
  for (const action of [...actions].reverse()) {
    const outcome = await undo(host, action);
    if (outcome.kind === 'left') left.push(outcome.why);
    if (outcome.kind === 'failed') failed.push(outcome.why);
  }
  return { left, failed };
}

/**
 * Undoes one action, as far as nothing else has come to depend on it: a file is restored only when it still
 * holds what was written, a directory is removed only when it is empty, a mount or a module is left alone
 * when it is in use. A second undo does no harm.
 */
export async function undo(host: Host, action: Action): Promise<UndoOutcome> {
  try {
    switch (action.kind) {
      case 'make-directory':
        return removeEmptyDirectory(action.path);
      case 'write-file':
        return await restoreFile(host, action);
      case 'rename-directory':
        return undoRename(action.from, action.to);
      case 'mount-dataset':
        return await undoMount(host, action.dataset);
      case 'load-module':
        return await unloadModule(host, action.module);
      case 'load-key':
        // A loaded key does no harm; unloading it could.
        return done;
    }
  } catch (error) {
    return { kind: 'failed', why: messageOf(error) };
  }
}

async function restoreFile(
  host: Host,
  action: Extract<Action, { kind: 'write-file' }>,
): Promise<UndoOutcome> {
  const { path, content, mode, previous, reloadsSystemd } = action;
  removeTemporariesOf(host, path);
  const now = readTextFile(path);
  if (now !== previous) {
    if (now !== content) return left(`${path} was changed since crio-guard wrote it; it is left as it is`);
    if (previous === null) {
      fs.unlinkSync(path);
      syncDirectory(parentOf(path));
    } else {
      await writeTextFile(host, path, previous, mode);
    }
  }
  return reloadsSystemd === true ? runTool(host, 'systemctl', ['daemon-reload']) : done;
}

function undoRename(from: string, to: string): UndoOutcome {
  if (fs.lstatSync(to, { throwIfNoEntry: false }) === undefined) return done;
  const empty = removeEmptyDirectory(from);
  if (empty.kind !== 'done') return empty;
  fs.renameSync(to, from);
  syncDirectory(parentOf(from));
  return done;
}

async function undoMount(host: Host, dataset: string): Promise<UndoOutcome> {
  const outcome = await runTool(host, 'zfs', ['unmount', dataset]);
  if (outcome.kind === 'done' || outcome.why.includes('not currently mounted')) return done;
  return outcome.why.includes('busy') ? left(`${dataset} is in use; it stays mounted`) : outcome;
}

/** Imported pools are in use even when no process holds the module, and this program does not export them. */
async function unloadModule(host: Host, module: string): Promise<UndoOutcome> {
  const users = await host.readFile(`/sys/module/${module}/refcnt`);
  if (users.state === 'absent') return done;
  const pools = await readPools(host);
  const isUnused =
    users.state === 'known' &&
    decodeText(users.value).trim() === '0' &&
    (pools.state === 'absent' || (pools.state === 'known' && pools.value.length === 0));
  if (!isUnused) return left(`the module ${module} is in use; it stays loaded, which changes nothing else`);
  return runTool(host, 'modprobe', ['-r', module]);
}

function removeEmptyDirectory(path: string): UndoOutcome {
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
        return left(`${path} is in use; it is left as it is`);
      default:
        throw error;
    }
  }
}
