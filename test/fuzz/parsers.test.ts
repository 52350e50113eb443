import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from '../property.js';
import { PARSERS } from './parsers.js';
import { PATTERNS, repeated } from './patterns.js';

/** Bytes; `make fuzz` takes more. */
const SIZE = 60_000;
/** Microseconds of CPU. Linear parsers need some milliseconds, quadratic ones far more than this. */
const MOST = 500_000;

describe('60 kB of a repeated pattern are parsed in linear time', () => {
  for (const [name, parse] of Object.entries(PARSERS)) {
    test(name, { timeout: 120_000 }, async () => {
      for (const pattern of PATTERNS) {
        const bytes = repeated(pattern, SIZE);
        const before = process.cpuUsage();
        await parse(bytes);
        const { user } = process.cpuUsage(before);
        assert.ok(user < MOST, `${JSON.stringify(pattern)} takes ${user / 1000} ms`);
      }
    });
  }
});

describe('arbitrary text never throws', () => {
  const word = fc.constantFrom(
    ...PATTERNS.flatMap((pattern) => pattern),
    'zfs',
    'yes',
    '1',
    'tank/a',
    '[crio]\n',
  );
  for (const [name, parse] of Object.entries(PARSERS)) {
    test(name, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(word, { maxLength: 40 }), async (words) => {
          await parse(Buffer.from(words.join(''), 'latin1'));
        }),
      );
    });
  }
});
