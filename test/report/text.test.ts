import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { treeOf, type StorageTree } from '../../src/report/storage-tree.js';
import { colored, plain } from '../../src/report/style.js';
import { renderText } from '../../src/report/text.js';
import { renderTree } from '../../src/report/tree.js';
import { visible } from '../../src/report/visible.js';
import { displayWidth, padColumns } from '../../src/report/width.js';
import { HEALTHY, ISSUE_8771, OTHER_DRIVER, reportOn } from './example-report.js';

async function treeFor(example: ExampleMachine, fsname = ''): Promise<StorageTree> {
  const { facts, prediction, effective } = await reportOn(example);
  assert.ok(facts !== undefined && effective !== undefined);
  return treeOf({ facts, prediction, driver: effective.driver.value, fsname }) ?? [];
}

const marked = (tree: StorageTree, mark: string) =>
  tree.filter(({ marks }) => marks.some((other) => other === mark));

test('the tree shows the mistake: the parent that is looked at is not on ZFS', async () => {
  const tree = await treeFor(ISSUE_8771);
  assert.deepEqual(
    marked(tree, 'looked-at').map(({ fileSystem }) => fileSystem),
    ['ext4'],
  );
  assert.deepEqual(
    marked(tree, 'graphroot').map(({ source }) => source),
    ['tank/crio'],
  );
  assert.deepEqual(marked(tree, 'layers'), []);
});

test('and where it would be right', async () => {
  const { correction } = await reportOn(ISSUE_8771);
  assert.equal(correction.state, 'planned');
  const tree = correction.afterwardsTree ?? [];
  assert.equal(marked(tree, 'looked-at')[0]?.fileSystem, 'zfs');
  assert.equal(marked(tree, 'layers')[0]?.source, 'tank/crio/ID');
  assert.equal(marked(tree, 'metadata')[0]?.source, 'tank/crio');
});

test('with zfs.fsname no directory is looked at', async () => {
  const tree = await treeFor({ graphroot: '/var/lib/crio', fsname: 'tank/crio' }, 'tank/crio');
  assert.deepEqual(marked(tree, 'looked-at'), []);
});

test('a dataset that belongs there is named', async () => {
  const tree = await treeFor({
    graphroot: '/srv/crio/containers',
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/srv', mountpoint: '/srv' },
      { name: 'tank/srv/crio', mountpoint: '/srv/crio', mounted: 'no' },
    ],
  });
  assert.equal(marked(tree, 'unmounted')[0]?.intended, 'tank/srv/crio');
});

test('names of any script are aligned, and lines stay within 80 columns', async () => {
  const lines = renderTree(
    await treeFor({
      graphroot: '/srv/\u5bb9\u5668/\u30c7\u30fc\u30bf/e\u0301',
      datasets: [
        { name: 'tank', mountpoint: 'none' },
        { name: 'tank/c', mountpoint: '/srv/\u5bb9\u5668' },
      ],
    }),
    plain,
  );
  const arrows = lines
    .filter((line) => line.includes('<-'))
    .map((line) => displayWidth(line.split('<-')[0] ?? ''));
  assert.ok(arrows.length >= 3);
  assert.equal(new Set(arrows).size, 1);
  for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
});

test('the verdict comes first, the gravest finding next, and colour only where it is wanted', async () => {
  const report = await reportOn(ISSUE_8771);
  const text = renderText(report, plain);
  assert.ok(text.startsWith('error: '));
  assert.ok(!text.includes('\u001b'));
  assert.ok(renderText(report, colored).includes('\u001b[1;31m'));
  const escapes = new RegExp('\\u001b\\[[0-9;]*m', 'g');
  assert.equal(renderText(report, colored).replace(escapes, ''), text);
});

test('nothing to say is one line', async () => {
  assert.equal(renderText(await reportOn(OTHER_DRIVER), plain).split('\n').length, 2);
  assert.ok(renderText(await reportOn(HEALTHY), plain).startsWith('ok: '));
});

test('notes stand back behind an error, and what was not decided is counted', async () => {
  const overridden = { '/etc/crio/crio.conf.d/10-root.conf': '[crio]\nroot = "/var/lib/crio"\n' };
  const text = renderText(await reportOn({ files: overridden }), plain);
  assert.match(text, /^info CG112: /m);
  assert.equal(text.split('What to do:').length, 2);
  const hung = renderText(await reportOn({ pools: { tank: 'SUSPENDED' } }), plain);
  assert.match(hung, /; not\s+decided:\s+\d+\s+rules\n/);
});

test('no name can write a line or steer the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      assert.doesNotMatch(visible(name), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      assert.equal(Buffer.from(visible(name)).toString(), visible(name));
    }),
  );
});

test('widths', () => {
  assert.equal(displayWidth('a\u5bb9e\u0301'), 4);
  assert.equal(displayWidth(padColumns('\u5bb9', 5)), 5);
});
