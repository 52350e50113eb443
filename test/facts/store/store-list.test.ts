import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from '../../property.js';
import { parseContainers, parseImages, parseLayers } from '../../../src/facts/store/store-list.js';

const PARSERS = { images: parseImages, containers: parseContainers, layers: parseLayers };
type List = keyof typeof PARSERS;

const parse = (list: List, text: string) => PARSERS[list](Buffer.from(text), '/srv/list.json');

/** What is left of an answer that is a list, broken or unknown. */
function outcomeOf(list: List, text: string): unknown {
  const answer = parse(list, text);
  if (answer.state === 'unknown') return answer.why.kind;
  assert.ok(answer.state === 'known');
  return answer.value.kind === 'list' ? answer.value.ids : answer.value.kind;
}

/** Refused by json-iterator 1.1.12, or by images.go. */
const REFUSED: readonly (readonly [List, string])[] = [
  ['images', '['],
  ['images', '{}'],
  ['images', '5'],
  ['images', ']'],
  ['images', '[1]'],
  ['images', '["a"]'],
  ['images', '[[]]'],
  ['images', '[null]'],
  ['images', '[{"id":5}]'],
  ['images', '[{"ID":5}]'],
  ['images', '[{"id":"a"}'],
  ['images', '[{"id":"a'],
  ['images', '[{"id":"a"},]'],
  ['images', '[{}{}]'],
  ['images', 'nul'],
  ['images', '\n\n  broken'],
  ['images', '[]x'],
  ['images', '\0\0\0\0'],
  ['images', '[{"id":"a"},\0\0'],
  ['images', '[{"names":"x"}]'],
  ['images', '[{"names":["x",5]}]'],
  ['images', '[{"big-data-sizes":{"a":1.5}}]'],
  ['images', '[{"big-data-sizes":[]}]'],
  ['images', '[{"digest":"bad"}]'],
  ['images', '[{"digest":"sha256:abc"}]'],
  ['images', '[{"digest":"md5:abc"}]'],
  ['images', '[{"id":"a","names":["x","y"],"big-data-digests":{"manifest":"bad"}}]'],
  ['images', '[{"flags":5}]'],
  ['images', '[{"other":[1,2,}]'],
  ['images', '[{"id":"a\\x"}]'],
  ['images', '\ufeff[]'],
  ['images', '[{"id":"a\tb"'],
  ['containers', '[{"uidmap":[{"size":"x"}]}]'],
  ['containers', '[{"uidmap":{}}]'],
  ['images', '[{"big-data-digests":{"manifest":null}}]'],
  ['containers', '[{"created":"yesterday"}]'],
  ['containers', '[{"created":"2024-01-52T03:04:05Z"}]'],
  ['layers', '{"id":"a"}'],
  ['layers', '[5]'],
];

describe('broken lists', () => {
  for (const [list, text] of REFUSED) {
    test(`${list}: ${JSON.stringify(text)}`, () => {
      assert.equal(outcomeOf(list, text), 'broken');
    });
  }
});

describe('valid lists', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    [' null ', []],
    ['[]\n', []],
    ['[{"ID":"a","Names":null,"unknown":[1,2.5e3,{"x":false}]},{"id":"b\\u00e4"}]', ['a', 'bä']],
    ['[{"id":"a","created":"2024-01-02T03:04:05.678Z","flags":{"f":[1,null,true]}}]', ['a']],
    [`[{"id":"a","digest":"${digest}","big-data-digests":{"manifest":"${digest}","x":"y"}}]`, ['a']],
    ['[{"id":"a","digest":"","big-data-digests":{"x":null}}]', ['a']],
    ['[{"id":null,"names":[null],"big-data-sizes":{"a":null},"created":null,"layer":null}]', ['']],
    ['[{}]\0', ['']],
    ['[{"id":"a"}]\0 anything', ['a']],
  ];
  for (const [text, ids] of lists) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(outcomeOf('images', text), ids);
    });
  }
});

test('what json-iterator accepts beyond JSON is unknown, not broken', () => {
  assert.equal(outcomeOf('images', '[{"id":"a\\n\tb"}]'), 'unreadable');
  assert.equal(outcomeOf('images', '[{"other":-01}]'), 'unreadable');
});

test('incomplete layers are listed', () => {
  const answer = parse('layers', '[{"id":"a","flags":{"incomplete":true}},{"id":"b"},null]');
  assert.ok(answer.state === 'known');
  assert.deepEqual(answer.value, { kind: 'list', ids: ['a', 'b', ''], incomplete: ['a'] });
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
      assert.deepEqual(
        outcomeOf(list, JSON.stringify(records, undefined, 1)),
        records.map(({ id }) => id),
      );
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const parser of Object.values(PARSERS)) parser(bytes, '/p');
    }),
  );
});

describe('large files', () => {
  test('500,000 entries are a list', () => {
    const entry = `{"id":"${'f'.repeat(64)}"}`;
    const ids = outcomeOf('layers', `[${`${entry},`.repeat(499_999)}${entry}]`);
    assert.ok(Array.isArray(ids));
    assert.equal(ids.length, 500_000);
  });

  const unknown: readonly (readonly [string, () => string])[] = [
    ['an ID of 60 MB', () => `[{"id":"${'a'.repeat(60_000_000)}"}]`],
    ['3 million entries', () => `[${'{},'.repeat(3_000_000)}{}]`],
    ['3 million brackets', () => '['.repeat(3_000_000)],
    ['a field of 20,000 levels', () => `[{"id":"${'a'.repeat(2_000_000)}","x":${'['.repeat(20_000)}}]`],
  ];
  for (const [name, text] of unknown) {
    test(`${name}: unknown`, () => {
      assert.equal(outcomeOf('images', text()), 'too-large');
    });
  }
});
