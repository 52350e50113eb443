import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, FORMATS, MODIFIERS } from '../../src/cli/options.js';
import { rules } from '../../src/rules/index.js';
import { withoutProgram } from '../without-program.js';

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

test('fish offers options, values, lists and files', { skip: withoutProgram('fish') }, () => {
  const inFish = (line: string): string[] => {
    const script = `source packaging/completions/crio-guard.fish; complete -C '${line}'`;
    const home = mkdtempSync(join(tmpdir(), 'crio-guard-fish-'));
    const { stdout, stderr } = spawnSync('fish', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home },
    });
    rmSync(home, { recursive: true });
    assert.equal(stderr, '');
    return stdout.split('\n').flatMap((answer) => answer.split('\t')[0] || []);
  };
  const flags = [...COMMANDS, ...MODIFIERS].map(({ flag }) => flag);
  assert.deepEqual(inFish('crio-guard --'), flags.sort());
  assert.deepEqual(inFish('crio-guard --format '), [...FORMATS].sort());
  assert.deepEqual(inFish('crio-guard --explain CG201'), ['CG201']);
  assert.deepEqual(inFish('crio-guard --only CG5,CG201'), ['CG5,CG201']);
  assert.deepEqual(inFish('crio-guard --from packaging/comp'), ['packaging/completions/']);
  assert.deepEqual(inFish('crio-guard --check -- --ro'), []);
});

test('zsh offers options, values and files', { skip: withoutProgram('zsh') }, () => {
  const inZsh = (line: string, end: string): string => {
    const args = ['-f', 'test/packaging/complete.zsh', resolve('packaging/completions'), line, end];
    const { stdout, stderr } = spawnSync('zsh', args, { encoding: 'utf8', timeout: 20_000 });
    assert.equal(stderr, '');
    return stdout;
  };
  const shown = inZsh('crio-guard --', '*--yes  *');
  for (const { flag } of [...COMMANDS, ...MODIFIERS]) assert.ok(shown.includes(`${flag}  `), flag);
  const [first, ...others] = FORMATS;
  const formats = inZsh('crio-guard --format=', `*${others.at(-1)}*${first}*`);
  for (const format of FORMATS) assert.ok(formats.includes(format), format);
  assert.match(inZsh('crio-guard --explain=CG20', '*CG209  *'), /CG201 /);
  assert.match(inZsh('crio-guard --from=packaging/comp', '*tions/*'), /--from=packaging\/completions\//);
});
