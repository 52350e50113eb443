import { goJoin } from '../host/paths.js';
import type { PathFacts } from '../facts/path-facts.js';
import { valueOf } from '../host/probe.js';
import { makeBelow, occupant, openLock } from './directories.js';
import type { StoreCause } from './cause.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';

/**
 * store.go load, once the driver works: the directories, locks and lists of images and containers, in its
 * order. layers.json is not read here.
 */
export function loadStore(input: PredictionInput, driver: string): Step {
  const { facts, model } = input;
  const { graphroot, imagestore, runroot } = facts;
  return firstOf<StoreCause>([
    ...(model.firstWrite === 'lock'
      ? [() => makeBelow(input, graphroot, driver), () => makeBelow(input, imagestore, driver)]
      : []),
    () => openImages(input, imagestore ?? graphroot, driver),
    () => makeBelow(input, graphroot, `${driver}-containers`),
    () => makeBelow(input, runroot, `${driver}-containers`),
    () => openLock(input, graphroot, `${driver}-containers/containers.lock`),
    () => readList(input, graphroot, `${driver}-containers/containers.json`),
    () => readList(input, graphroot, `${driver}-containers/volatile-containers.json`),
    // With an image store of its own graphroot may hold images still.
    () =>
      imagestore === undefined || !model.imagesInGraphrootToo ? pass : openImages(input, graphroot, driver),
    () => makeBelow(input, runroot, `${driver}-locks`),
  ]);
}

/** images.go newImageStore */
function openImages(input: PredictionInput, root: PathFacts, driver: string): Step {
  return firstOf<StoreCause>([
    () => makeBelow(input, root, `${driver}-images`),
    () => openLock(input, root, `${driver}-images/images.lock`),
    () => readList(input, root, `${driver}-images/images.json`),
  ]);
}

/** load of images.go and containers.go; what does not exist is an empty list. */
function readList(input: PredictionInput, root: PathFacts, name: string): Step {
  const path = goJoin(root.path, name);
  const by = occupant(input, path);
  if (by.state === 'unknown') return unsure(by.why);
  const what = valueOf(by);
  if (what === 'directory') return fail({ kind: 'store-file-unreadable', path, reason: 'is a directory' });
  if (what === 'symlink loop') {
    return fail({ kind: 'store-file-unreadable', path, reason: 'too many levels of symbolic links' });
  }
  const content = input.facts.store.lists.find((list) => list.path === path)?.content;
  if (content?.state === 'unknown') return unsure(content.why);
  const list = content === undefined ? undefined : valueOf(content);
  return list?.kind === 'broken' ? fail({ kind: 'store-file-broken', path }) : pass;
}
