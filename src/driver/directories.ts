import { goDir, goJoin } from '../host/paths.js';
import type { PathFacts } from '../facts/path-facts.js';
import type { Occupant } from '../facts/store/occupied.js';
import { known, type Probe } from '../host/probe.js';
import type { DirectoryCause, StoreCause } from './cause.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';
import { whyNothingNew } from './writable.js';

/**
 * The directories and locks that GetStore (store.go) makes before any driver is tried: runroot, root,
 * imagestore, root/DRIVER, imagestore/DRIVER, root/storage.lock, root/userns.lock.
 */
export function makeDirectories(input: PredictionInput): Step {
  const { facts, request, model } = input;
  const { imagestore, graphroot } = facts;
  const early = model.firstWrite === 'driver' ? request.driver : '';
  return firstOf<StoreCause>([
    () => makeAll(input, facts.runroot),
    () => makeAll(input, graphroot),
    () => (imagestore === undefined ? pass : makeAll(input, imagestore)),
    () => makeBelow(input, graphroot, early),
    () => makeBelow(input, imagestore, early),
    () => openLock(input, graphroot, 'storage.lock'),
    () => openLock(input, graphroot, 'userns.lock'),
  ]);
}

/** os.MkdirAll of a root */
function makeAll(input: PredictionInput, path: PathFacts): Step<DirectoryCause> {
  const { obstacle } = path;
  const refuse = (at: string, reason: string) => fail({ kind: 'directory-not-made', path: at, reason });
  const [first] = path.missing;
  // What is in the way of the first is met before the file system is asked to write.
  if (obstacle !== undefined && obstacle.path === first) return refuse(first, obstacle.reason);
  if (path.nearest.status.state === 'unknown') return unsure(path.nearest.status.why);
  if (first === undefined) return pass;
  const reason = whyNothingNew(input, path, '');
  if (reason !== undefined) return refuse(first, reason);
  return obstacle === undefined ? pass : refuse(obstacle.path, obstacle.reason);
}

/**
 * os.MkdirAll of a directory below a root that {@link makeDirectories} has made. Without a name, or without
 * such a root, there is nothing to make.
 */
export function makeBelow(
  input: PredictionInput,
  root: PathFacts | undefined,
  name: string,
): Step<DirectoryCause> {
  if (root === undefined || name === '') return pass;
  const path = goJoin(root.path, name);
  const by = occupant(input, path);
  if (by.state === 'unknown') return unsure(by.why);
  const refuse = (reason: string) => fail({ kind: 'directory-not-made', path, reason });
  switch (by.state === 'known' ? by.value : 'nothing') {
    case 'directory':
      return pass;
    case 'file':
      return refuse('not a directory');
    case 'dangling symlink':
    case 'symlink to nowhere':
    case 'symlink loop':
      return refuse('file exists');
    case 'nothing': {
      const reason = whyNothingNew(input, root, goDir(name));
      return reason === undefined ? pass : refuse(reason);
    }
  }
}

/** lockfile.GetLockFile: opens for reading and writing, and creates. */
export function openLock(input: PredictionInput, root: PathFacts, name: string): Step {
  const path = goJoin(root.path, name);
  const by = occupant(input, path);
  if (by.state === 'unknown') return unsure(by.why);
  const refuse = (reason: string): Step => fail({ kind: 'lock-not-opened', path, reason });
  switch (by.state === 'known' ? by.value : 'nothing') {
    case 'directory':
      return refuse('is a directory');
    case 'symlink loop':
      return refuse('too many levels of symbolic links');
    case 'dangling symlink':
      return pass;
    case 'symlink to nowhere':
      // openLock makes the directory of the link, not that of its end.
      return refuse('no such file or directory');
    case 'file':
    case 'nothing': {
      const reason = whyNothingNew(input, root, goDir(name));
      const opens =
        reason === undefined || (by.state === 'known' && by.value === 'file' && reason !== READ_ONLY);
      return opens ? pass : refuse(reason);
    }
  }
}

const READ_ONLY = 'read-only file system';

/** What was not looked at lies in a directory that is still to be made. */
export function occupant({ facts }: PredictionInput, path: string): Probe<Occupant> {
  return facts.store.occupied.find((candidate) => candidate.path === path)?.by ?? known('nothing');
}
