import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEnvironmentFile } from '../../../src/config/service/environment-file.js';

const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['A=1\nB=2', { A: '1', B: '2' }],
  ['A=1\nA=2\n', { A: '2' }],
  ['# c\n; c\n\n  A = a b  \n', { A: 'a b' }],
  ['A="a b" \nB=\'c "d\'\n', { A: 'a b', B: 'c "d' }],
  ['A="a"\'b\'c d\n', { A: 'abc d' }],
  ['A=a\\\nb\n', { A: 'ab' }],
  ['A="a\\\nb"\n', { A: 'ab' }],
  ["A='a\nb'\n", { A: 'a\nb' }],
  ['A="a\\"b\\\\c\\$d\\`e\\nf"\n', { A: 'a"b\\c$d`e\\nf' }],
  ['A=a\\ \\#b\n', { A: 'a #b' }],
  ['A=a #b\n', { A: 'a #b' }],
  ['A=a"b"\n', { A: 'a"b"' }],
  ['A=\nB=""\n', { A: '', B: '' }],
  ['no assignment\n1A=x\nA-B=y\nexport C=z\nD=w', { D: 'w' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['A=$HOME ${B}\n', { A: '$HOME ${B}' }],
];

describe('parseEnvironmentFile', () => {
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(Object.fromEntries(parseEnvironmentFile(text) ?? []), expected);
    });
  }

  it('gives up where versions of systemd differ', () => {
    assert.equal(parseEnvironmentFile('# a comment \\\nA=1\n'), undefined);
    assert.deepEqual([...(parseEnvironmentFile('A=#\\\nb') ?? [])], [['A', '#b']]);
  });
});
