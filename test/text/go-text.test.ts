import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goQuote } from '../../src/text/go-text.js';
import fc from '../property.js';

/** Name, text and strconv.Quote of it. */
const QUOTED: readonly (readonly [string, string, string])[] = [
  ['plain', '/var/lib/crio', String.raw`"/var/lib/crio"`],
  ['quote and backslash', '"\\', String.raw`"\"\\"`],
  ['apostrophe', "it's", String.raw`"it's"`],
  ['named escapes', '\x07\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
  ['other control characters', '\0\x1b\x1f', String.raw`"\x00\x1b\x1f"`],
  ['DEL', '\x7f', String.raw`"\x7f"`],
  ['C1', '\u0085\u009b', String.raw`"\u0085\u009b"`],
  ['no-break space', '\u00a0', String.raw`"\u00a0"`],
  ['line and paragraph separator', '\u2028\u2029', String.raw`"\u2028\u2029"`],
  ['ideographic space', '\u3000', String.raw`"\u3000"`],
  ['zero width, bidi, byte order mark', '\u200b\u202e\ufeff', String.raw`"\u200b\u202e\ufeff"`],
  ['soft hyphen', '\u00ad', String.raw`"\u00ad"`],
  ['private use', '\ue000', String.raw`"\ue000"`],
  ['noncharacter', '\uffff', String.raw`"\uffff"`],
  ['letters, marks, symbols', 'é\u0301世界€', '"é\u0301世界€"'],
  ['above U+FFFF', '\u{1f600}\u{10ffff}\u{e0001}', String.raw`"😀\U0010ffff\U000e0001"`],
  ['half a surrogate pair, which UTF-8 replaces', '\ud800a\udc00', '"\ufffda\ufffd"'],
];

for (const [name, text, quoted] of QUOTED) {
  test(`goQuote equals strconv.Quote: ${name}`, () => {
    assert.equal(goQuote(text), quoted);
  });
}

test('a text can be read back from its Go quoting, in which nothing is hidden', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const quoted = goQuote(text);
      assert.doesNotMatch(quoted, /[\p{C}\p{Zl}\p{Zp}]/u);
      assert.equal(unquote(quoted), text);
    }),
  );
});

const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** strconv.Unquote, for what strconv.Quote writes. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:x(..)|u(....)|U(.{8})|(.))/gu, (_, x?: string, u?: string, U?: string, one?: string) => {
      const digits = x ?? u ?? U;
      if (digits !== undefined) return String.fromCodePoint(parseInt(digits, 16));
      return NAMED[one ?? ''] ?? one ?? '';
    });
}
