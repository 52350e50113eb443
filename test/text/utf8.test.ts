import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLossy, decodeStrict, decodeText } from '../../src/text/utf8.js';
import fc from '../property.js';

/** Bytes of which many are part of longer characters, with and without a byte order mark. */
const bytes = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ max: 255 }))),
  )
  .map(([mark, parts]) => new Uint8Array(Buffer.concat([mark, ...parts].map((part) => Buffer.from(part)))));

const strictly = (given: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(given);
  } catch {
    return undefined;
  }
};

test('the decoders agree with TextDecoder on any bytes', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      assert.equal(decodeText(given), new TextDecoder().decode(given));
      assert.equal(decodeLossy(given), new TextDecoder('utf-8', { ignoreBOM: true }).decode(given));
      assert.equal(decodeStrict(given), strictly(given));
    }),
  );
});

test('a text of ASCII alone is decoded as it is, with every byte that ASCII has', () => {
  const ascii = Uint8Array.from({ length: 128 }, (_, byte) => byte);
  for (const decode of [decodeText, decodeLossy, decodeStrict]) {
    assert.equal(decode(ascii), new TextDecoder().decode(ascii));
    assert.equal(decode(Uint8Array.of(0x61, 0x80)), decode === decodeStrict ? undefined : 'a\ufffd');
  }
});

test('a part of a larger buffer is decoded alone', () => {
  assert.equal(decodeText(Buffer.from('one two three').subarray(4, 7)), 'two');
});
