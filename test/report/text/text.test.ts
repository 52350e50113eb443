import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../../property.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { treeOf, type StorageTree } from '../../../src/check/storage-tree.js';
import { colored, plain, styleFor } from '../../../src/report/text/style.js';
import { renderText } from '../../../src/report/text/text.js';
import { renderTree } from '../../../src/report/text/tree.js';
import { adviceLines } from '../../../src/report/text/advice.js';
import { command, fileLine, sentence } from '../../../src/text/advice-line.js';
import { escapeControls } from '../../../src/text/escape.js';
import { displayWidth, padColumns } from '../../../src/text/width.js';
import { wrap } from '../../../src/text/wrap.js';
import { HEALTHY, ISSUE_8771, OTHER_DRIVER, reportOn } from '../example-report.js';

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

test('a name too long for its row stays whole, and what belongs to it stands under it', () => {
  const long = `srv/${'x'.repeat(70)}`;
  const rows: StorageTree = [
    { depth: 0, name: '/', fileSystem: 'ext4', source: '/dev/vda', marks: [] },
    { depth: 1, name: long, fileSystem: 'zfs', source: `tank/${'y'.repeat(40)}`, marks: ['graphroot'] },
  ];
  const lines = renderTree(rows, plain);
  assert.ok(lines.some((line) => line.endsWith(long)));
  assert.ok(lines.some((line) => /^ +zfs {2}tank\/y+$/.test(line)));
  for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
});

test('a planned mount hangs in the tree it will be part of', async () => {
  const { correction } = await reportOn({
    graphroot: '/srv/crio',
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/srv', mountpoint: '/srv' },
      { name: 'tank/srv/crio', mountpoint: '/srv/crio', mounted: 'no' },
    ],
  });
  assert.equal(correction.state, 'planned');
  const tree = correction.afterwardsTree ?? [];
  assert.deepEqual(
    tree.slice(0, 3).map(({ name, source, marks }) => [name, source, marks]),
    [
      ['/', '/dev/sda1', []],
      ['srv', 'tank/srv', ['looked-at']],
      ['crio', 'tank/srv/crio', ['graphroot']],
    ],
  );
});

test('the terminal decides: its width, its colours, its characters', async () => {
  const utf8 = { LANG: 'de_DE.UTF-8', TERM: 'xterm' };
  const hasColor = (environment: Record<string, string>, columns: number | undefined): boolean =>
    renderText(issue, styleFor(environment, columns)).includes('\u001b');
  const issue = await reportOn(ISSUE_8771);
  assert.equal(hasColor(utf8, 80), true);
  assert.equal(hasColor(utf8, undefined), false, 'no terminal');
  assert.equal(hasColor({ ...utf8, NO_COLOR: '1' }, 80), false);
  assert.equal(hasColor({ ...utf8, NO_COLOR: '' }, 80), true, 'empty is not set (no-color.org)');
  assert.equal(hasColor({ ...utf8, TERM: 'dumb' }, 80), false);
  assert.deepEqual(
    [undefined, 0, 20, 60, 80, 300].map((columns) => styleFor(utf8, columns).columns),
    [80, 80, 40, 60, 80, 80],
  );
  for (const environment of [{}, { LANG: 'C' }, { LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' }]) {
    assert.doesNotMatch(renderText(issue, styleFor(environment, undefined)), /[^\n\x20-\x7e]/);
  }
  assert.match(renderText(issue, styleFor({ LC_CTYPE: 'C.utf8' }, undefined)), /\u2514\u2500/);
});

test('on a narrow terminal every line that can be broken is', async () => {
  const narrow = renderText(await reportOn(ISSUE_8771), { ...plain, columns: 40 });
  const wide = narrow.split('\n').filter((line) => displayWidth(line) > 40);
  const isWhole = /^ +(?:[+-]|from |printf |mkdir |\S+$|graphroot is set by)|^ {4}\/etc/;
  for (const line of wide) assert.match(line, isWhole);
});

test('advice: sentences are broken, commands never, and each stands apart', () => {
  const pasted = `zfs create -o mountpoint=/srv/${'x'.repeat(60)} tank/crio`;
  const text = 'Let graphroot be a directory below the mountpoint, which is what nearly everybody wants:';
  assert.deepEqual(adviceLines([sentence(text), command(pasted), fileLine('[Service]')], '  ', 80), [
    '  Let graphroot be a directory below the mountpoint, which is what nearly',
    '  everybody wants:',
    `    ${pasted}`,
    '      [Service]',
  ]);
  const odd = `zfs mount ${'tank/some-where '.repeat(6)}tank/crio.`;
  assert.deepEqual(adviceLines([command(odd)], '  ', 80), [`    ${odd}`], 'a name may end like a sentence');
});

test('lines that are broken are no longer than those that are not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 12 })),
      fc.integer({ min: 40, max: 80 }),
      (words, columns) => {
        for (const line of wrap(words.join(' '), '    ', columns, '  - ')) {
          assert.ok(displayWidth(line) <= columns || !/\S \S/.test(line.slice(4)), line);
        }
      },
    ),
  );
});

test('what cannot be seen in a name is shown', () => {
  const pasted = '/var/lib/crio\u200b/\u00a0x\ufeff\u3000\u{e0041}';
  assert.equal(escapeControls(pasted), '/var/lib/crio\\u200b/\\xa0x\\ufeff\\u3000\\u{e0041}');
  assert.equal(escapeControls('/srv/\u5bb9\u5668/e\u0301/\u05e9'), '/srv/\u5bb9\u5668/e\u0301/\u05e9');
});

test('the verdict comes first, the gravest finding next, and colour only where it is wanted', async () => {
  const report = await reportOn(ISSUE_8771);
  const text = renderText(report, plain);
  assert.ok(text.startsWith('error: CRI-O will not start. It will say:'));
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
      assert.doesNotMatch(escapeControls(name), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      assert.equal(Buffer.from(escapeControls(name)).toString(), escapeControls(name));
    }),
  );
});

test('widths', () => {
  assert.equal(displayWidth('a\u5bb9e\u0301'), 4);
  assert.equal(displayWidth('\u26a1\u{1f5c4}\u{1f4be}'), 5, 'only some emoji are wide');
  assert.equal(displayWidth('\u1100\u1161'), 2, 'a Hangul syllable in parts');
  assert.equal(displayWidth(padColumns('\u5bb9', 5)), 5);
});
