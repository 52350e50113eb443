import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../property.js';
import { parseEnvironmentFile } from '../../src/config/service/environment-file.js';
import { writeRunEnvironment } from '../../src/fix/run-environment.js';

test('whatever the value and the reason, systemd reads the value again, or it is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (value, reason) => {
      const action = writeRunEnvironment({ reason: [reason], variables: { CONTAINER_ROOT: value } });
      if (typeof action === 'string') {
        assert.match(value, /[\p{Cc}\p{Cs}\ufffd]/u);
        return;
      }
      assert.ok(action.kind === 'write-file');
      const read = parseEnvironmentFile(action.content);
      assert.deepEqual([...(read ?? [])], [['CONTAINER_ROOT', value]]);
    }),
  );
});

test('a reason that ends in a backslash does not swallow the variable', () => {
  const action = writeRunEnvironment({ reason: ['because of /a\\'], variables: { A: 'b' } });
  assert.ok(typeof action !== 'string' && action.kind === 'write-file');
  assert.deepEqual([...(parseEnvironmentFile(action.content) ?? [])], [['A', 'b']]);
});
