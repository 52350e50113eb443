import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDockerStore } from '../../src/facts/node/docker.js';
import { environmentPath } from '../../src/facts/node/kubelet.js';
import { parseSanoid } from '../../src/facts/node/snapshot-tools.js';
import { parseContainers, parseImages, parseLayers } from '../../src/facts/store/store-list.js';
import { parseCachedPools } from '../../src/facts/zfs/boot-plans.js';
import { parseDatasets } from '../../src/facts/zfs/datasets.js';
import { bootEnvironment } from '../../src/facts/zfs/intended.js';
import { parseFstab, parseListCache } from '../../src/facts/zfs/planned-mounts.js';
import { parseMountInfo } from '../../src/host/mountinfo.js';
import fc from '../property.js';

const PARSERS: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  '/proc/self/mountinfo': parseMountInfo,
  'zfs list': (bytes) => parseDatasets({ exitCode: 0, stdout: bytes.toString(), stderr: '' }),
  'zpool.cache': parseCachedPools,
  fstab: parseFstab,
  'zfs-list.cache': (bytes) => parseListCache(bytes, '/cache'),
  'boot environment': (bytes) => bootEnvironment(bytes.toString()),
  'kubelet.service': (bytes) => environmentPath(bytes.toString()),
  'sanoid.conf': (bytes) => parseSanoid(bytes.toString()),
  'daemon.json': parseDockerStore,
  'images.json': (bytes) => parseImages(bytes, '/images.json'),
  'containers.json': (bytes) => parseContainers(bytes, '/containers.json'),
  'layers.json': (bytes) => parseLayers(bytes, '/layers.json'),
};

const SIZE = 400_000;

/** Start, repeated part, end. */
const PATTERNS: readonly (readonly [string, string, string])[] = [
  ...[' ', '\t', '\n', '\r', '\0', '-', '/', '\\', '\\040', '"', "'", '[', '{', '#', ';', ',', '='].map(
    (part) => ['', part, ''] as const,
  ),
  ...['a ', 'a\t', 'a/', 'ROOT/', '- ', '[a]\n', '{"a":', '"a",', 'Environment=', 'PATH=', '../'].map(
    (part) => ['', part, ''] as const,
  ),
  ['a', ' ', 'b'],
  ['a', '\t', 'b'],
  ['[a]\nb', ' ', 'c'],
  ['Environment', ' ', 'x'],
  ['Environment=', ' ', 'x'],
  ['36 1 0:1 / / rw', ' ', '- zfs a rw'],
  ['36 1 0:1 / /', '\\134', ' rw - zfs a rw'],
  ['tank\tfilesystem\t/', '\t', 'yes'],
  ['', '36 1 0:1 / / rw - zfs a rw\n', ''],
  ['', '\0\0\0\x04name\0\0\0\x09\0\0\0\x01', ''],
  ['', '\0\0\0\x04name\0\0\0\x09\0\0\0\x01\0\x06\0\0a', ''],
  ['[{"id":"', 'a', '"}]'],
  ['[{"id":"', '\\u0041', '"}]'],
  ['[{"a":', '[', ']}]'],
  ['[', '{"ID":"a"},', '{}]'],
];

const repeated = ([start, part, end]: readonly [string, string, string]): Buffer =>
  Buffer.from(start + part.repeat(Math.ceil(SIZE / part.length)) + end, 'latin1');

describe('400 kB of a repeated pattern are parsed in linear time', () => {
  for (const [name, parse] of Object.entries(PARSERS)) {
    test(name, { timeout: 60_000 }, () => {
      for (const pattern of PATTERNS) {
        const bytes = repeated(pattern);
        const before = process.cpuUsage();
        parse(bytes);
        const { user } = process.cpuUsage(before);
        assert.ok(user < 2_000_000, `${JSON.stringify(pattern)} takes ${user / 1000} ms`);
      }
    });
  }
});

describe('arbitrary text never throws', () => {
  const word = fc.constantFrom(...PATTERNS.flatMap((pattern) => pattern), 'zfs', 'yes', '1', 'tank/a');
  for (const [name, parse] of Object.entries(PARSERS)) {
    test(name, () => {
      fc.assert(
        fc.property(fc.array(word, { maxLength: 40 }), (words) => {
          parse(Buffer.from(words.join(''), 'latin1'));
        }),
      );
    });
  }
});
