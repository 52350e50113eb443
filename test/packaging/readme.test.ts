import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { documentedRules as rules } from '../../src/rules/index.js';

const english = readFileSync('README.md', 'utf8');
const chinese = readFileSync('README.zh-CN.md', 'utf8');

const blocksIn = (text: string): string[] =>
  [...text.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block]) => block ?? '');

/** Without blocks: headings, what a table has as its first column, and links. */
function outline(text: string) {
  const prose = text.replace(/^```.*?^```$/gms, '');
  const all = (pattern: RegExp): string[] => [...prose.matchAll(pattern)].map(([, found]) => found ?? '');
  return {
    headings: all(/^(#+) /gm),
    rows: all(/^\| ((?:`[^`]+`|[\w-]+)(?:, `[^`]+`)*) +\|/gm).filter((cell) => !/^-+$/.test(cell)),
    links: all(/\]\(([^)]+)\)/g).filter((target) => !target.startsWith('README')),
  };
}

test('the Chinese README has the headings, commands, tables and links of the English one', () => {
  assert.deepEqual(blocksIn(chinese), blocksIn(english));
  const withoutHeads = (rows: readonly string[]): string[] =>
    rows.filter((cell) => !/^(Command|Finding|For|Key|Program|System)$/.test(cell));
  const [one, other] = [outline(english), outline(chinese)];
  assert.deepEqual(other.headings, one.headings);
  assert.deepEqual(other.rows, withoutHeads(one.rows));
  assert.deepEqual(other.links, one.links);
});

test('the README shows what the program prints on the node of cri-o/cri-o#8771', () => {
  const shown = blocksIn(english).filter((block) => block.includes('CRI-O'));
  assert.equal(shown.length, 2);
  const args = ['dist/main.cjs', '--check', '--from', 'test/corpus/hosts/issue-8771.json'];
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  for (const block of shown) {
    assert.ok(stdout.includes(block.replace(/^\$ .*\n/, '')), `${block}\nis not in\n${stdout}`);
  }
});

test('every file and every rule that the README names is there', () => {
  const { links } = outline(english);
  for (const target of links.filter((link) => !link.startsWith('http'))) readFileSync(target);
  const codes = new Set<string>(rules.map(({ code }) => code));
  for (const [code] of english.matchAll(/CG\d{3}/g)) assert.ok(codes.has(code), code);
});
