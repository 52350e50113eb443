import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from '../../property.js';
import { parseContainers, parseImages } from '../../../src/facts/store/store-list.js';
import type { StoreContent } from '../../../src/facts/store/store-file.js';

/** A list, and what json-iterator 1.1.12 and images.go say of it. */
interface Refused {
  readonly list: 'images' | 'containers';
  readonly text: string;
  readonly words: string;
}

const refused = readFileSync('test/corpus/store-lists/refused.jsonl', 'utf8')
  .trim()
  .split('\n')
  // The file is ours; a line of another form fails the tests below.
  .map((line) => JSON.parse(line) as Refused);

const PARSERS = { images: parseImages, containers: parseContainers };

const parse = (list: Refused['list'], text: string): StoreContent =>
  PARSERS[list](Buffer.from(text), '/srv/list.json');

describe('lists that are refused, in the words of the original', () => {
  for (const { list, text, words } of refused) {
    test(`${list}: ${JSON.stringify(text)}`, () => {
      const content = parse(list, text);
      assert.ok(content.kind === 'broken');
      const wrapped = words.startsWith('computing digests') ? words : `loading "/srv/list.json": ${words}`;
      assert.deepEqual(content.refusal, { words: wrapped, exactWords: true });
    });
  }
});

test('what is taken for a list', () => {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    [' null ', []],
    ['[]\n', []],
    ['[{"ID":"a","Names":null,"unknown":[1,2.5e3,{"x":false}]},{"id":"b\\u00e4"}]', ['a', 'bä']],
    ['[{"id":"a","created":"2024-01-02T03:04:05.678Z","flags":{"f":[1,null,true]}}]', ['a']],
    ['[{}]\0', ['']],
  ];
  for (const [text, ids] of lists) assert.deepEqual(parse('images', text), { kind: 'list', ids }, text);
});

test('a null in a list panics, and a time that is none is refused in words of Go', () => {
  for (const text of ['[null]', '[{"created":"yesterday"}]']) {
    const content = parse('containers', text);
    assert.ok(content.kind === 'broken', text);
    assert.equal(content.refusal?.exactWords, false);
  }
});

test('a valid list of records is never refused', () => {
  const record = fc.record(
    {
      id: fc.string(),
      names: fc.array(fc.string()),
      'big-data-sizes': fc.dictionary(fc.string(), fc.maxSafeInteger()),
      flags: fc.dictionary(fc.string(), fc.jsonValue()),
      anything: fc.jsonValue(),
    },
    { requiredKeys: ['id'] },
  );
  fc.assert(
    fc.property(fc.array(record), fc.constantFrom('images', 'containers'), (records, list) => {
      const content = parse(list, JSON.stringify(records, undefined, 1));
      assert.deepEqual(content, { kind: 'list', ids: records.map(({ id }) => id) });
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parseImages(bytes, '/p');
      parseContainers(bytes, '/p');
    }),
  );
});
