import { poolOf } from '../facts/pools.js';
import type { PathFacts } from '../facts/facts.js';
import { valueOf } from '../host/probe.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { Situation } from './situation.js';

/**
 * The directories and locks that GetStore (store.go) makes before any driver is tried: runroot, root,
 * imagestore, root/DRIVER, imagestore/DRIVER, root/storage.lock, root/userns.lock.
 */
export function makeDirectories(situation: Situation): Step {
  const { facts, request, model } = situation;
  const { imagestore } = facts;
  return firstOf([
    () => makeAll(situation, facts.runroot),
    () => makeAll(situation, facts.graphroot),
    () => (imagestore === undefined ? pass : makeAll(situation, imagestore)),
    () => makeChild(situation, facts.graphroot, firstDirectory(situation)),
    () => (imagestore === undefined ? pass : makeChild(situation, imagestore, request.driver)),
    () => openLock(situation, 'storage.lock', facts.store.storageLock),
    () => openLock(situation, 'userns.lock', facts.store.usernsLock),
    () => (model.firstWrite === 'lock' ? makeChild(situation, facts.graphroot, request.driver) : pass),
  ]);
}

const firstDirectory = ({ model, request }: Situation): string =>
  model.firstWrite === 'mounts' ? 'mounts' : model.firstWrite === 'lock' ? '' : request.driver;

/** os.MkdirAll */
export function makeAll(situation: Situation, path: PathFacts): Step {
  if (path.obstacle !== undefined) return fail('G2', `mkdir ${path.obstacle.path}: ${path.obstacle.reason}`);
  if (path.nearest.status.state === 'unknown') return unsure(path.nearest.status.why);
  const first = path.missing[0];
  if (first === undefined) return pass;
  return refusedWrite(situation, path, (reason) => fail('G2', `mkdir ${first}: ${reason}`));
}

/** Makes a directory directly below one that {@link makeAll} has made. */
export function makeChild(situation: Situation, parent: PathFacts, name: string): Step {
  if (name === '' || parent.status.state === 'absent') return pass;
  const { entries } = situation.facts.store;
  const inGraphroot = parent === situation.facts.graphroot;
  if (inGraphroot && entries.state === 'known') {
    const entry = entries.value.find((candidate) => candidate.name === name);
    if (entry?.kind === 'directory' || entry?.kind === 'symlink') return pass;
    if (entry !== undefined) return fail('G2', `mkdir ${parent.path}/${name}: not a directory`);
  }
  return refusedWrite(situation, parent, (reason) => fail('G2', `mkdir ${parent.path}/${name}: ${reason}`));
}

/** lockfile.GetLockFile: opens for reading and writing, and creates. */
function openLock(
  situation: Situation,
  name: string,
  status: Situation['facts']['store']['storageLock'],
): Step {
  const { graphroot } = situation.facts;
  const path = `${graphroot.path}/${name}`;
  const words = situation.model.doublesLockError ? `open ${path}: open ${path}: ` : `open ${path}: `;
  if (status.state === 'known' && status.value.kind === 'directory')
    return fail('G3', `${words}is a directory`);
  const exists = status.state === 'known';
  return refusedWrite(situation, graphroot, (reason) =>
    exists && reason !== 'read-only file system' ? pass : fail('G3', `${words}${reason}`),
  );
}

/** Why nothing new can be made there: a read-only mount, or a dataset without space. */
function refusedWrite(situation: Situation, path: PathFacts, refuse: (reason: string) => Step): Step {
  if (path.mount.state !== 'known') return pass;
  const mount = path.mount.value;
  if (mount.options.includes('ro') || mount.superOptions.includes('ro'))
    return refuse('read-only file system');
  if (mount.fileSystem !== 'zfs') return pass;
  const datasets = valueOf(situation.facts.zfs.datasets) ?? [];
  const dataset = datasets.find((candidate) => candidate.name === mount.source);
  if (dataset === undefined || dataset.available > 0) return pass;
  const limited = datasets.some(
    ({ name, quota, refquota }) =>
      (quota > 0 || (refquota > 0 && name === dataset.name)) &&
      (name === dataset.name || dataset.name.startsWith(`${name}/`)) &&
      poolOf(name) === poolOf(dataset.name),
  );
  return refuse(limited ? 'disk quota exceeded' : 'no space left on device');
}
