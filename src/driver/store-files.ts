import type { StoreFile } from '../facts/store.js';
import { makeChild } from './directories.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { Situation } from './situation.js';

/**
 * store.go load: the directories of images and containers, and their files, which are parsed at once.
 * layers.json is not read here.
 */
export function loadStore(situation: Situation, driver: string): Step {
  const { facts } = situation;
  return firstOf([
    () => makeChild(situation, facts.imagestore ?? facts.graphroot, `${driver}-images`),
    () => parse(facts.store.images, '[]*storage.Image'),
    () => makeChild(situation, facts.graphroot, `${driver}-containers`),
    () => parse(facts.store.containers, '[]*storage.Container'),
  ]);
}

function parse({ path, content }: StoreFile, type: string): Step {
  if (content.state === 'unknown') return unsure(content.why);
  if (content.state === 'absent' || content.value.kind === 'list') return pass;
  const { start } = content.value;
  const first = start.search(/[^ \t\n\r]/);
  const prefix = `loading "${path}": ${type}: `;
  const character = start.charAt(first);
  // Only the refusal of the first character is followed; the words for what goes wrong deeper are
  // json-iterator's own and differ with the place.
  if (first === -1 || character === '[' || character === 'n') return fail('G9', prefix, false);
  return fail('G9', prefix + firstCharacterRefused(start, content.value.length, first));
}

/** json-iterator's Iterator.ReportError: 10 bytes around the place, and 50. */
function firstCharacterRefused(start: string, length: number, first: number): string {
  const head = first + 1;
  const peekStart = Math.max(0, head - 10);
  const peek = start.slice(peekStart, Math.min(length, head + 10));
  const context = start.slice(Math.max(0, head - 50), Math.min(length, head + 50));
  return (
    `decode slice: expect [ or n, but found ${start.charAt(first)}, error found in #${head - peekStart} ` +
    `byte of ...|${peek}|..., bigger context ...|${context}|...`
  );
}
