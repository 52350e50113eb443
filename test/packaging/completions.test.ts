import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, FORMATS, MODIFIERS } from '../../src/cli/options.js';
import { rules } from '../../src/rules/index.js';

/** What bash offers for the last of these words, which it has split at the signs of equality. */
function offered(...words: readonly string[]): string[] {
  const script = `
    compopt() { :; }
    source packaging/completions/crio-guard.bash
    COMP_WORDS=(crio-guard "$@") COMP_CWORD=$#
    _crio_guard
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash offers every option, and the values where they are known', () => {
  const flags = [...COMMANDS, ...MODIFIERS].map(({ flag }) => flag);
  assert.deepEqual(offered(''), flags);
  assert.deepEqual(offered('--ex'), ['--explain']);
  assert.deepEqual(offered('--format', ''), [...FORMATS]);
  assert.deepEqual(offered('--format', '=', 'j'), ['json']);
  const codes = rules.map(({ code }) => code);
  assert.deepEqual(offered('--explain', '='), codes);
  assert.deepEqual(offered('--explain', 'CG20'), codes.filter((code) => code.startsWith('CG20'))); // prettier-ignore
});

test('a list is completed after its last comma', () => {
  assert.deepEqual(offered('--format=npd', '--only', 'CG5,CG201'), ['CG5,CG201']);
  assert.ok(offered('--only', '=', 'CG5,').every((word) => word.startsWith('CG5,CG')));
});

test('names of files stay whole, and the flags of CRI-O are left to CRI-O', () => {
  const directory = mkdtempSync(join(tmpdir(), 'crio-guard-completion-'));
  writeFileSync(join(directory, 'a b'), '');
  assert.deepEqual(offered('--from', join(directory, 'a')), [join(directory, 'a b')]);
  rmSync(directory, { recursive: true });
  assert.deepEqual(offered('--check', '--', '--ro'), []);
});
