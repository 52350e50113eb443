import assert from 'node:assert/strict';
import { test } from 'node:test';
import parse from '@iarna/toml/parse-string.js';
import fc from '../property.js';
import { dropInText, lastDropInName } from '../../src/fix/drop-in.js';
import type { DirectoryEntry } from '../../src/host/host.js';

const entries = (...names: string[]): DirectoryEntry[] => names.map((name) => ({ name, kind: 'file' }));

test('the name sorts after everything that is there, in bytes', () => {
  assert.equal(lastDropInName([]), 'zz-crio-guard.conf');
  assert.equal(lastDropInName(entries('10-a.conf', 'README', 'zz-crio-guard.conf')), 'zz-crio-guard.conf');
  assert.equal(lastDropInName(entries('zz-z.conf')), 'zzzz-crio-guard.conf');
  assert.equal(lastDropInName(entries('zzzzz')), '~crio-guard.conf');
  assert.equal(lastDropInName(entries('~~')), '~~~~crio-guard.conf');
  assert.equal(lastDropInName(entries('\u00e9.conf')), undefined);
});

test('whatever the values, the file says them again', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.string({ unit: 'grapheme' })),
      (root, options) => {
        const written = dropInText({ reason: [`because of ${root}`], root, storageOptions: options });
        if ('why' in written) {
          assert.match([root, ...options].join(''), /\ufffd/);
          return;
        }
        const read = parse(written.text);
        assert.deepEqual(JSON.parse(JSON.stringify(read)), { crio: { root, storage_option: options } });
      },
    ),
  );
});
