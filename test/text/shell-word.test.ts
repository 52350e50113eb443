import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { escapeControls } from '../../src/text/escape.js';
import { shellWord } from '../../src/text/shell-word.js';
import { command, sentence, withoutUnwritable } from '../../src/text/advice-line.js';
import fc from '../property.js';
import { HOSTILE_NAMES, UNWRITABLE_NAMES } from './hostile-names.js';

/** What `sh` makes of the words, each as one argument. */
function argumentsOf(shell: string, words: readonly string[]): readonly string[] {
  const script = `args() { printf '%s\\0' "$@"; }\n${words.map((word) => `args ${word}\n`).join('')}`;
  const { status, stdout, stderr } = spawnSync(shell, ['-s'], { input: script, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout.split('\0').slice(0, -1);
}

for (const shell of ['sh', 'bash']) {
  test(`${shell} reads the name again from its word`, () => {
    const names = Object.values(HOSTILE_NAMES);
    assert.deepEqual(argumentsOf(shell, names.map(shellWord)), names);
  });
}

test('sh reads any name again from its word, of which a terminal changes nothing', () => {
  const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !withheld(text));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 40 }), (names) => {
      const words = names.map(shellWord);
      for (const word of words) assert.equal(escapeControls(word), word);
      assert.deepEqual(argumentsOf('sh', words), names);
    }),
    { numRuns: 20 },
  );
});

test('what needs no quotes has none', () => {
  for (const name of ['/var/lib/crio', 'tank/crio@a', 'zfs.fsname=tank/a,b'])
    assert.equal(shellWord(name), name);
  assert.equal(shellWord(''), "''");
  assert.equal(shellWord('=ls'), "'=ls'", 'zsh would look for the program');
});

const withheld = (name: string): boolean =>
  withoutUnwritable([command(`ls ${shellWord(name)}`)])[0]?.kind !== 'command';

test('a command with a name that cannot be written is not printed, and the reason is', () => {
  for (const name of [...Object.values(UNWRITABLE_NAMES), '-r', 'a\0b']) {
    assert.ok(withheld(name), JSON.stringify(name));
    const lines = withoutUnwritable([
      sentence('See:'),
      command(`ls ${shellWord(name)}`),
      command(`mv ${shellWord(name)} x`),
      command('id'),
    ]);
    assert.equal(lines.length, 3, 'the reason is given once');
    assert.match(lines[1]?.line ?? '', /^No command is given for "[^"\0]+", because it [^\0]+\.$/);
  }
});
