import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoTime } from '../../src/text/iso-time.js';
import fc from '../property.js';

test('a time is written as Date writes it', () => {
  const [from, to] = [new Date('0000-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')];
  fc.assert(
    fc.property(fc.date({ min: from, max: to, noInvalidDate: true }), (date) => {
      assert.equal(JSON.stringify(isoTime(date)), JSON.stringify(date));
    }),
  );
});
