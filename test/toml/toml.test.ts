import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TOML_1_6, type TomlDialect } from '../../src/toml/dialect.js';
import { TOML_1_3, TOML_1_4, TOML_1_5 } from './dialects.js';
import { crioVersion } from '../../src/config/installed-crio/crio-version.js';
import { dialectOf } from '../../src/config/installed-crio/toml-dialect.js';
import { parseToml } from '../../src/toml/toml.js';
import { refusalMessage, type TomlDocument, type TomlValue } from '../../src/toml/value.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function documentOf(text: string | Uint8Array, dialect: TomlDialect = TOML_1_6): Promise<TomlDocument> {
  const result = await parseToml(typeof text === 'string' ? bytes(text) : text, dialect);
  assert.equal(result.kind, 'document', JSON.stringify(result));
  return result.document;
}

async function messageOf(text: string | Uint8Array, dialect: TomlDialect): Promise<string> {
  const result = await parseToml(typeof text === 'string' ? bytes(text) : text, dialect);
  assert.equal(result.kind, 'refused', `${JSON.stringify(text)} in ${JSON.stringify(dialect)}`);
  return refusalMessage(result.refusal);
}

async function valueOf(text: string, dialect: TomlDialect = TOML_1_6): Promise<TomlValue> {
  const value = (await documentOf(`v = ${text}`, dialect)).root.entries.get('v');
  assert.ok(value !== undefined);
  return value;
}

describe('what both libraries take', () => {
  const strings: readonly (readonly [string, string])[] = [
    ['"a"', 'a'],
    ["'a\\n'", 'a\\n'],
    ['"\\u0024HOME \\U0001F600 \\t\\"\\\\"', '$HOME \u{1F600} \t"\\'],
    ['"""\nline\r\nline"""', 'line\r\nline'],
    ['"""a \\  \r\n\n   b"""', 'a b'],
    ['"""a"" b"""', 'a"" b'],
    ['"""a"""""', 'a""'],
    ["'''\n'a'''", "'a"],
    ['""', ''],
    ['"ü\u{1F600}"', 'ü\u{1F600}'],
  ];
  for (const [text, expected] of strings) {
    it(`the string ${JSON.stringify(text)}`, async () => {
      for (const dialect of [TOML_1_4, TOML_1_6]) {
        const value = await valueOf(text, dialect);
        assert.equal(value.type === 'string' ? value.value : value.type, expected);
      }
    });
  }

  const others: readonly (readonly [string, TomlValue['type']])[] = [
    ['9223372036854775807', 'integer'],
    ['-9223372036854775808', 'integer'],
    ['0xFF_ff', 'integer'],
    ['0o17', 'integer'],
    ['+0', 'integer'],
    ['0e0', 'float'],
    ['-inf', 'float'],
    ['nan', 'float'],
    ['6.02_2e23', 'float'],
    ['1979-05-27', 'datetime'],
    ['1979-05-27t07:32:00.5z', 'datetime'],
    ['1979-05-27 07:32:00-08:00', 'datetime'],
    ['[1979-05-27]', 'array'],
    ['[ "a", 1, [ {} ] , # c\n ]', 'array'],
    ['{ a = 1, b.c = 2 }', 'table'],
  ];
  for (const [text, type] of others) {
    it(`the ${type} ${text}`, async () => {
      for (const dialect of [TOML_1_4, TOML_1_6]) assert.equal((await valueOf(text, dialect)).type, type);
    });
  }

  it('tables that @iarna/toml refuses to open again', async () => {
    for (const text of [
      'crio.root = "/x"\n[crio]\nrunroot = "/y"',
      'crio = { root = "/x" }\n[crio.runtime]\na = 1',
      'crio = { root = "/x" }\ncrio.runroot = "/y"',
      '[a]\nb.c.d = 1\n[a.b]\ne = 2',
    ]) {
      await documentOf(text, TOML_1_4);
      await documentOf(text, TOML_1_6);
    }
  });

  it('one byte order mark', async () => {
    await documentOf('\ufeffa = 1', TOML_1_4);
    assert.equal(
      await messageOf('\ufeff\ufeffa = 1', TOML_1_4),
      "toml: line 1: expected '.' or '=', but got '\\ufeff' instead",
    );
  });

  it('keys that are properties of every object', async () => {
    const { root } = await documentOf('[__proto__]\nroot = "/evil"\n[constructor]\na = 1\n');
    assert.deepEqual([...root.entries.keys()], ['__proto__', 'constructor']);
    assert.equal(Object.hasOwn({}, 'root'), false);
  });

  it('the lines of keys and headers', async () => {
    const { keys } = await documentOf('# c\n[a]\nb = 1\n\n[[c]]\nd = """\nx"""\n');
    assert.deepEqual(
      keys.map(({ path, line }) => [path.join('.'), line]),
      [['a', 2], ['a.b', 3], ['c', 5], ['c.d', 7]],
    ); // prettier-ignore
  });
});

describe('what only TOML 1.1 has', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['v = "\\e[0m"', 'toml: line 1 (last key "v"): invalid escape in string \'\\e\''],
    ['v = "\\x41"', 'toml: line 1 (last key "v"): invalid escape in string \'\\x\''],
    ['v = { a = 1,\n b = 2 }', 'toml: line 1 (last key "v.a"): newlines not allowed within inline tables'],
    ['v = { a = 1, }', 'toml: line 1 (last key "v.a"): trailing comma not allowed in inline tables'],
    ['v = 07:32', 'toml: line 1 (last key "v"): invalid datetime: "07:32"'],
  ];
  for (const [text, message] of cases) {
    it(JSON.stringify(text), async () => {
      await documentOf(text, TOML_1_6);
      assert.equal(await messageOf(text, TOML_1_4), message);
    });
  }
});

describe('what both refuse, in their words', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['[storage\n', "toml: line 2: expected '.' or ']' to end table name, but got '\\n' instead"],
    ['driver=zfs', 'toml: line 1 (last key "driver"): expected value but found "zfs" instead'],
    ['[a]\nb = 1\nb = 2', 'toml: line 3 (last key "a.b"): Key \'a.b\' has already been defined.'],
    ['[a]\n[b]\n[a]', "toml: line 3: Key 'a' has already been defined."],
    ['a = 1\n[[a]]', "toml: line 2: Key 'a' was already created and cannot be used as an array."],
    ['v = 9223372036854775808', 'toml: line 1 (last key "v"): 9223372036854775808 is out of range for int64'],
    ['v = 0xFFFFFFFFFFFFFFFF', 'toml: line 1 (last key "v"): 0xFFFFFFFFFFFFFFFF is out of range for int64'],
    ['v = 2021-02-30', 'toml: line 1 (last key "v"): invalid datetime: "2021-02-30"'],
    ['v = 1900-02-29', 'toml: line 1 (last key "v"): invalid datetime: "1900-02-29"'],
    ['v = 24:00:00', 'toml: line 1 (last key "v"): invalid datetime: "24:00:00"'],
    ['v = 01', 'toml: line 1 (last key "v"): Invalid integer "01": cannot have leading zeroes'],
    ['v = 1__0', 'toml: line 1 (last key "v"): Invalid integer "1__0": underscores must be surrounded by digits'],
    ['v = 1.', 'toml: line 1 (last key "v"): Invalid float "1.": \'.\' must be followed by one or more digits'],
    ['v = 1e', 'toml: line 1 (last key "v"): Invalid float value: "1e"'],
    ['v = .5', "toml: line 1 (last key \"v\"): floats must start with a digit, not '.'"],
    ['v = -0x1', "toml: line 1 (last key \"v\"): cannot use sign with non-decimal numbers: '-0x'"],
    ['v = "a', 'toml: line 0 (last key "v"): unexpected EOF; expected \'"\''],
    ['v = "a\nb"', 'toml: line 1 (last key "v"): strings cannot contain newlines'],
    ['v = "\\uD800"', "toml: line 1 (last key \"v\"): Escaped character '\\uD800' is not valid UTF-8."],
    ['v = "\\q"', "toml: line 1 (last key \"v\"): invalid escape in string '\\q'"],
    ['v = """a \\ b"""', "toml: line 1 (last key \"v\"): invalid escape: '\\ '"],
    ['v = """a"""""""', "toml: line 1 (last key \"v\"): unexpected '\"\"\"\"\"\"'"],
    ['v = 1 2', "toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got '2' instead"],
    ['= 1', "toml: line 1: unexpected '=': key name appears blank"],
    ['[a]\n.b = 1', "toml: line 2 (last key \"a\"): unexpected '.': keys cannot start with a '.'"],
    ['[]', 'toml: line 1: unexpected end of table name (table names cannot be empty)'],
    ['v = [1,,2]', 'toml: line 1 (last key "v"): unexpected comma'],
    ['v = [1 2]', "toml: line 1 (last key \"v\"): expected a comma (',') or array terminator (']'), but got '2'"],
    ['# abcdefg\0', "toml: line 1: TOML files cannot contain control characters: '0x00'"],
    ['abcdefg\x01', "toml: line 1: TOML files cannot contain control characters: '0x01'"],
    ['v = """a\rb"""', "toml: line 1 (last key \"v\"): TOML files cannot contain control characters: '0x0d'"],
    ['a\0b', 'toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8'],
  ]; // prettier-ignore
  for (const [text, message] of cases) {
    it(JSON.stringify(text), async () => {
      assert.equal(await messageOf(text, TOML_1_4), message);
      // At the end of the file, and there alone, 1.6 counts lines in another way.
      const later = message.replace('line 0', 'line 1');
      assert.equal(await messageOf(text, TOML_1_6), later);
    });
  }

  it('bytes that are not UTF-8', async () => {
    const latin = Buffer.from('# gr\xfcn\n', 'latin1');
    assert.equal(await messageOf(latin, TOML_1_6), 'toml: line 1: invalid UTF-8 byte: 0xfc');
    const late = Buffer.concat([
      Buffer.from('a = 1\nb = "\ufffd'),
      Buffer.from([0xe2, 0x82]),
      Buffer.from('"'),
    ]);
    assert.equal(await messageOf(late, TOML_1_6), 'toml: line 2 (last key "b"): invalid UTF-8 byte: 0xe2');
  });

  it('the first of several faults', async () => {
    assert.match(await messageOf('a = zfs\nb = \x01', TOML_1_6), /^toml: line 1 /);
    assert.match(await messageOf('[a]\n[a]\nb = zfs', TOML_1_6), /^toml: line 2: Key 'a'/);
  });
});

describe('an array that is given twice', () => {
  for (const text of ['v = [1]\nv = [2]', 'v = "x"\nv = [2]', 'v = [1]\nv = "x"']) {
    it(JSON.stringify(text), async () => {
      const { replaced } = await documentOf(text, TOML_1_4);
      assert.deepEqual(replaced.map(({ path }) => path), [['v']]); // prettier-ignore
      assert.match(await messageOf(text, TOML_1_6), /Key 'v' has already been defined/);
    });
  }
});

describe('what changed from one library to the next', () => {
  it('U+FFFD is refused by 1.3', async () => {
    await documentOf('# \ufffd', TOML_1_4);
    assert.equal(await messageOf('# \ufffd', TOML_1_3), 'toml: line 1: invalid UTF-8 byte: 0xef');
  });

  it('1.3 accepts hours of one digit, and has other words for dates', async () => {
    for (const text of ['v = 1979-05-27T7:32:00Z', 'v = 7:32:00']) {
      await documentOf(text, TOML_1_3);
      assert.match(await messageOf(text, TOML_1_4), /: invalid datetime: "[^"]*"$/);
    }
    assert.match(await messageOf('v = 1979-13-01', TOML_1_3), /: Invalid TOML Datetime: "1979-13-01"\.$/);
  });

  it('1.5 counts lines as 1.6 does, and refuses no repeated array', async () => {
    assert.equal(
      await messageOf('v = "a', TOML_1_5),
      'toml: line 1 (last key "v"): unexpected EOF; expected \'"\'',
    );
    assert.equal((await documentOf('v = [1]\nv = [2]', TOML_1_5)).replaced.length, 1);
  });

  it('BURNTSUSHI_TOML_110 brings TOML 1.1, and letters in bare keys before 1.5', async () => {
    const with110 = (minor: number) => dialectOf(crioVersion(`1.${minor}.0`, 1, minor, 0), true);
    await documentOf('v = { a = 1, }', with110(33));
    await documentOf('\u00fc = 1', with110(32));
    await messageOf('\u00fc = 1', with110(33));
  });
});

describe('input that is made to hurt', () => {
  it('is given up when it is larger than a configuration can be', async () => {
    const result = await parseToml(new Uint8Array(1024 * 1024 + 1).fill(0x20), TOML_1_6);
    assert.equal(result.kind, 'unknown');
  });

  it('is given up when it nests deeper than anybody writes', async () => {
    for (const text of [`v = ${'['.repeat(100_000)}`, `v = ${'{a='.repeat(100_000)}`]) {
      const result = await parseToml(bytes(text), TOML_1_6);
      assert.equal(result.kind, 'unknown');
    }
  });

  it('does not take long', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `k${index} = "\\u0041"\n`).join('');
    const dotted = `${Array.from({ length: 400 }, (_, index) => `k${index}`).join('.')} = 1\n`.repeat(20);
    const brackets = '[a.b]\n[[c]]\n'.repeat(10_000);
    for (const text of [many, dotted, brackets, `v = "${'x'.repeat(1_000_000)}"`, '\n'.repeat(1_000_000)]) {
      const start = performance.now();
      await parseToml(bytes(text.slice(0, 1024 * 1024)), TOML_1_6);
      assert.ok(performance.now() - start < 5000, `${text.slice(0, 20)} took too long`);
    }
  });
});
