import { goJoin } from '../host/paths.js';
import type { PathFacts } from '../facts/path-facts.js';
import { valueOf } from '../host/probe.js';
import { makeBelow, occupant, openLock } from './directories.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { Situation } from './situation.js';

/**
 * store.go load, once the driver works: the directories, locks and lists of images and containers, in its
 * order. layers.json is not read here.
 */
export function loadStore(situation: Situation, driver: string): Step {
  const { facts, model } = situation;
  const { graphroot, imagestore, runroot } = facts;
  return firstOf([
    ...(model.firstWrite === 'lock'
      ? [() => makeBelow(situation, graphroot, driver), () => makeBelow(situation, imagestore, driver)]
      : []),
    () => openImages(situation, imagestore ?? graphroot, driver),
    () => makeBelow(situation, graphroot, `${driver}-containers`),
    () => makeBelow(situation, runroot, `${driver}-containers`),
    () => openLock(situation, graphroot, `${driver}-containers/containers.lock`),
    () => readList(situation, graphroot, `${driver}-containers/containers.json`),
    () => readList(situation, graphroot, `${driver}-containers/volatile-containers.json`),
    // With an image store of its own graphroot may hold images still.
    () => (imagestore === undefined ? pass : openImages(situation, graphroot, driver)),
    () => makeBelow(situation, runroot, `${driver}-locks`),
  ]);
}

/** images.go newImageStore */
function openImages(situation: Situation, root: PathFacts, driver: string): Step {
  return firstOf([
    () => makeBelow(situation, root, `${driver}-images`),
    () => openLock(situation, root, `${driver}-images/images.lock`),
    () => readList(situation, root, `${driver}-images/images.json`),
  ]);
}

/** load of images.go and containers.go; what does not exist is an empty list. */
function readList(situation: Situation, root: PathFacts, name: string): Step {
  const path = goJoin(root.path, name);
  const by = occupant(situation, path);
  if (by.state === 'unknown') return unsure(by.why);
  const what = valueOf(by);
  if (what === 'directory') return fail('G9', `read ${path}: is a directory`);
  if (what === 'symlink loop') return fail('G9', `open ${path}: too many levels of symbolic links`);
  const content = situation.facts.store.lists.find((list) => list.path === path)?.content;
  if (content?.state === 'unknown') return unsure(content.why);
  const list = content === undefined ? undefined : valueOf(content);
  if (list?.kind !== 'broken' || list.refusal === undefined) return pass;
  return fail('G9', list.refusal.words, list.refusal.exactWords);
}
