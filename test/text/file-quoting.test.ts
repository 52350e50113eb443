import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnvironmentFile } from '../../src/config/service/environment-file.js';
import { splitWords } from '../../src/config/service/unit-words.js';
import { escapeControls } from '../../src/text/escape.js';
import { jsonText } from '../../src/text/json-text.js';
import { commentLines, environmentFileValue, unitName, unitWord } from '../../src/text/systemd-quoting.js';
import { tomlString } from '../../src/text/toml-string.js';
import { isExact } from '../../src/text/unwritable.js';
import { TOML_1_6, type TomlDialect } from '../../src/toml/dialect.js';
import { TOML_1_3, TOML_1_4, TOML_1_5 } from '../toml/dialects.js';
import { parseToml } from '../../src/toml/toml.js';
import fc from '../property.js';
import { HOSTILE_NAMES } from './hostile-names.js';

const anyText = fc.string({ unit: 'binary' });
const names = Object.values(HOSTILE_NAMES);

async function stringsIn(array: string, dialect: TomlDialect): Promise<readonly unknown[]> {
  const result = await parseToml(new TextEncoder().encode(`a = ${array}\n`), dialect);
  assert.ok(result.kind === 'document', JSON.stringify(result));
  const value = result.document.root.entries.get('a');
  assert.ok(value?.type === 'array');
  return value.items.map((item) => (item.type === 'string' ? item.value : item.type));
}

test('CRI-O reads a name again from its TOML string, in which nothing is hidden', async () => {
  const [random] = fc.sample(fc.array(anyText, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 1 });
  const writable = [...names, ...(random ?? [])].filter(isExact);
  const strings = writable.map((name) => tomlString(name) ?? 'undefined');
  for (const quoted of strings) assert.equal(escapeControls(quoted), quoted);
  for (const dialect of [TOML_1_3, TOML_1_4, TOML_1_5, TOML_1_6]) {
    assert.deepEqual(await stringsIn(`[${strings.join(', ')}]`, dialect), writable);
  }
  assert.equal(tomlString('a\u00a0"b\\\u007f\u{e0001}'), String.raw`"a\u00a0\"b\\\u007f\U000e0001"`);
  assert.equal(tomlString('a\ufffd'), undefined);
  assert.equal(tomlString('a\ud800'), undefined);
});

test('systemd reads a path again from a word of a unit', () => {
  const check = (name: string): void => {
    const word = unitWord(name);
    if (word === undefined) {
      assert.ok(name === '' || !isExact(name) || /\p{Cc}/u.test(name));
      return;
    }
    assert.deepEqual(
      splitWords(word).map((one) => one.replace(/%%/g, '%')),
      [name],
    );
  };
  for (const name of names) check(name);
  fc.assert(fc.property(anyText, check));
  assert.equal(unitWord('/srv/a-b_c.d'), '/srv/a-b_c.d');
  assert.equal(unitWord('/srv/50%'), '/srv/50%%');
  assert.equal(unitWord('/srv/a\\b'), String.raw`"/srv/a\\b"`);
});

test('the name of a unit keeps its backslashes, and nothing else stands for one', () => {
  const name = String.raw`srv-a\x2db.mount`;
  assert.equal(unitName(name), name);
  for (const bad of ['', 'a b.mount', 'a".mount', 'a%n.mount', 'a\n.mount'])
    assert.equal(unitName(bad), undefined);
});

test('systemd reads a value again from an environment file', () => {
  const check = (value: string): void => {
    const quoted = environmentFileValue(value);
    if (quoted === undefined) {
      assert.ok(!isExact(value) || /\p{Cc}/u.test(value));
      return;
    }
    assert.deepEqual([...(parseEnvironmentFile(`A=${quoted}\n`) ?? [])], [['A', value]]);
  };
  for (const name of names) check(name);
  fc.assert(fc.property(anyText, check));
});

test('a comment is one line, and does not continue in the next', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const [line = '', ...more] = commentLines([text]);
      assert.deepEqual(more, []);
      assert.match(line, /^# /);
      assert.doesNotMatch(line, /[\n\r]|\\$/);
    }),
  );
});

test('JSON says the same, and nothing in it reaches a terminal raw', () => {
  const check = (text: string): void => {
    const json = jsonText({ [text]: [text, 1, null], b: { c: text } });
    for (const line of json.split('\n')) assert.equal(escapeControls(line), line);
    assert.ok(json.endsWith('}\n'));
    if (!/[\ud800-\udfff]/u.test(text)) {
      assert.deepEqual(JSON.parse(json), { [text]: [text, 1, null], b: { c: text } });
    }
  };
  for (const name of names) check(name);
  fc.assert(fc.property(anyText, check));
});
