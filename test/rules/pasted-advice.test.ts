import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdviceLine } from '../../src/text/advice-line.js';
import { everyFinding } from './every-finding.js';
import { pasteAdvice } from './paste.js';

test('every command of every rule, pasted into sh, means the names that it was given', async () => {
  assert.ok((await pasteAdvice()) > 150);
});

test('no command and no line of a file has a word that a person has to replace', async () => {
  const lines = (await everyFinding()).flatMap(({ rule, data }) => rule.advice(data));
  // A name in an example, a column of findmnt, a type of record of ausearch.
  const real = ['README', 'ROOT', 'TARGET', 'AVC'];
  const toReplace = ({ line }: AdviceLine): boolean =>
    [...line.matchAll(/(?<![\w$])[A-Z]{2,}(?:-[A-Z]+)*\b(?![=_\w])/g)].some(([word]) => !real.includes(word));
  assert.deepEqual(
    lines.filter((line) => line.kind !== 'text' && toReplace(line)).map(({ line }) => line),
    [],
  );
});
