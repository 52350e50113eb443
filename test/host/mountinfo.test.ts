import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../property.js';
import { parseMountInfo } from '../../src/host/mountinfo.js';

const parse = (text: string) => parseMountInfo(Buffer.from(text));

test('a line of the kernel', () => {
  const answer = parse('158 25 0:39 / /var/lib/crio rw,noatime shared:68 - zfs tank/crio rw,xattr,noacl\n');
  assert.ok(answer.state === 'known');
  assert.deepEqual(answer.value, [
    {
      id: 158,
      parent: 25,
      device: '0:39',
      root: '/',
      mountpoint: '/var/lib/crio',
      options: ['rw', 'noatime'],
      fileSystem: 'zfs',
      source: 'tank/crio',
      superOptions: ['rw', 'xattr', 'noacl'],
    },
  ]);
});

test('escaped names, no optional fields, empty source', () => {
  const answer = parse('1 0 0:1 / /a\\040b\\011c\\134d rw - tmpfs  rw\n');
  assert.ok(answer.state === 'known');
  assert.equal(answer.value[0]?.mountpoint, '/a b\tc\\d');
  assert.equal(answer.value[0].source, '');
});

test('one bad line makes the table unknown', () => {
  const answer = parse('1 0 0:1 / / rw - ext4 /dev/vda rw\nnonsense\n');
  assert.equal(answer.state, 'unknown');
});

test('a name that is not UTF-8 does not spoil the others', () => {
  const lines = '1 0 0:1 / /srv/\xff rw - tmpfs t rw\n2 0 0:2 / /srv/ärger rw - zfs tank/crio rw\n';
  const bytes = Buffer.concat([
    Buffer.from(lines.slice(0, 15)),
    Buffer.from([0xff]),
    Buffer.from(lines.slice(16)),
  ]);
  const answer = parseMountInfo(bytes);
  assert.ok(answer.state === 'known');
  assert.deepEqual(
    answer.value.map(({ mountpoint }) => mountpoint),
    ['/srv/\xff', '/srv/ärger'],
  );
});

test('names survive the way through the kernel', () => {
  const escape = (name: string): string =>
    name.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(name, name, (mountpoint, source) => {
      const answer = parse(`1 0 0:1 / /${escape(mountpoint)} rw master:1 - zfs ${escape(source)} rw\n`);
      assert.ok(answer.state === 'known');
      assert.equal(answer.value[0]?.mountpoint, `/${mountpoint}`);
      assert.equal(answer.value[0].source, source);
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      parseMountInfo(bytes);
    }),
  );
});
