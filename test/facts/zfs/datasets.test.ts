import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedAsMounted, parseDatasets, ZFS_LIST_ARGUMENTS } from '../../../src/facts/zfs/datasets.js';

const columns = (ZFS_LIST_ARGUMENTS[5] ?? '').split(',');
const line = (values: Record<string, string>): string =>
  columns.map((name) => values[name] ?? '-').join('\t');

const parse = (stdout: string, exitCode = 0, stderr = '') => parseDatasets({ exitCode, stdout, stderr });

test('a file system and a volume', () => {
  const answer = parse(
    `${line({ name: 'tank/a b', type: 'filesystem', mountpoint: '/my data', available: '42', quota: '0' })}\n` +
      `${line({ name: 'tank/vol', type: 'volume' })}\n`,
  );
  assert.ok(answer.state === 'known');
  const [first, second] = answer.value;
  assert.equal(first?.name, 'tank/a b');
  assert.equal(first.mountpoint, '/my data');
  assert.equal(first.properties.available, 42);
  assert.equal(second?.type, 'volume');
  assert.equal(second.properties.quota, 0);
});

test('no pools is an empty list', () => {
  const answer = parse('', 1, 'no datasets available\n');
  assert.deepEqual(answer, { state: 'known', value: [] });
});

test('a failure, an unexpected type and a short line are unknown', () => {
  assert.equal(parse('', 1, 'internal error').state, 'unknown');
  assert.equal(parse(`${line({ name: 'tank', type: 'snapshot' })}\n`).state, 'unknown');
  assert.equal(parse('tank\tfilesystem\n').state, 'unknown');
});

test('a planned mount changes its own columns, also with a tab in the mountpoint', () => {
  const listing = ['tank/a', 'tank/b'].map((name) =>
    line({ name, type: 'filesystem', mountpoint: '/a\tb', mounted: 'no', keystatus: 'unavailable' }),
  );
  const answer = parse(listedAsMounted(`${listing.join('\n')}\n`, new Set(['tank/a'])));
  assert.ok(answer.state === 'known');
  const shown = answer.value.map(({ mountpoint, properties: { mounted, keystatus } }) => [
    mountpoint,
    mounted,
    keystatus,
  ]);
  assert.deepEqual(shown, [
    ['/a\tb', 'yes', 'available'],
    ['/a\tb', 'no', 'unavailable'],
  ]);
});
