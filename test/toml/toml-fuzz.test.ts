import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import parseString from '@iarna/toml/parse-string.js';
import { readsAlike } from '../../src/toml/agreement.js';
import { TOML_1_6 } from '../../src/toml/dialect.js';
import { TOML_1_4 } from './dialects.js';
import { parseToml } from '../../src/toml/toml.js';
import type { TomlValue } from '../../src/toml/value.js';
import { readCases } from '../config/corpus.js';

const FILES = 10_000;

/** Pieces that break files in ways that matter. */
const PIECES = [
  '[', '[[', ']', '{', '}', '"', "'", '"""', "'''", '=', '.', ',', '#', '\n', '\r\n', '\r', '\\', '\\u0041', '\\e',
  '\\x41', '\\q', '0', '1_0', '0x1F', '-', '+', '1979-05-27', '07:32:00', '07:32', 'true', 'inf', 'nan', '1e5', '.5',
  '5.', 'crio', 'storage', ' ', '\t', '\0', '\x01', '\ufeff', '\ufffd', 'ü', '\u{1F600}', 'a.b = 1\n', '[a.b]\n',
  '[[x]]\n', 'x = {a=1, b.c=2}\n', 'x = [1,\n2]\n', '__proto__', 'constructor', '1979-05-27T07:32:00z', '0e0',
  '"" = 1\n', 'x={a=1,}\n', 'x=[{a=1},{b=2}]\n', '9223372036854775808', '\\ ', '2021-02-30', '\u017f', '\u212a',
]; // prettier-ignore

/** Numbers from a seed, so that a failure can be had again. */
function* numbers(seed: number): Generator<number, undefined> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state / 0x7fffffff;
  }
}

function mutate(text: string, random: () => number): string {
  const at = (length: number): number => Math.floor(random() * length);
  const piece = PIECES[at(PIECES.length)] ?? '';
  const place = at(text.length + 1);
  const lines = text.split('\n');
  const choice = random();
  if (choice < 0.3) return text.slice(0, place) + piece + text.slice(place);
  if (choice < 0.5) return text.slice(0, place) + text.slice(place + 1 + at(4));
  lines.splice(at(lines.length + 1), 0, choice < 0.8 ? piece : (lines[at(lines.length)] ?? ''));
  return lines.join('\n');
}

/** A value in a form in which both readers' answers can be compared. */
function plain(value: TomlValue): unknown {
  switch (value.type) {
    case 'array':
      return value.items.map(plain);
    case 'tables':
      return value.tables.map(plain);
    case 'table':
      return new Map([...value.entries].map(([key, inner]) => [key, plain(inner)]));
    case 'string':
      return value.value;
    case 'integer':
    case 'float':
      return 'number';
    case 'boolean':
      return value.value;
    case 'datetime':
      return 'date';
  }
}

function parserTakes(text: string): Record<string, unknown> | undefined {
  try {
    return parseString(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

describe(`${FILES} broken files`, () => {
  it('never upset the reader, and what @iarna/toml takes too is read alike', async (context) => {
    const stream = numbers(20_240_811);
    const random = (): number => {
      const next = stream.next();
      return next.done === true ? 0 : next.value;
    };
    const texts = [...new Set(readCases().flatMap(({ files }) => Object.values(files)))];
    const counts = { both: 0, neither: 0, 'only ours': 0, 'only the parser': 0 };
    for (let index = 0; index < FILES; index++) {
      const text = mutate(texts[Math.floor(random() * texts.length)] ?? '', random);
      const start = performance.now();
      const older = await parseToml(new TextEncoder().encode(text), TOML_1_4);
      const newer = await parseToml(new TextEncoder().encode(text), TOML_1_6);
      assert.ok(performance.now() - start < 5000, `too slow: ${JSON.stringify(text)}`);
      assert.notEqual(older.kind, 'unknown', JSON.stringify(text));
      const theirs = parserTakes(text);
      if (older.kind === 'document') {
        if (newer.kind === 'document') {
          assert.deepEqual(plain(older.document.root), plain(newer.document.root), JSON.stringify(text));
        }
        if (theirs === undefined) counts['only ours']++;
        else {
          counts.both++;
          assert.ok(readsAlike(older.document.root, theirs), JSON.stringify(text));
        }
      } else if (theirs === undefined) counts.neither++;
      else counts['only the parser']++;
    }
    context.diagnostic(JSON.stringify(counts));
    assert.ok(counts.both > FILES / 5);
  });
});
