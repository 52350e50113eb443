import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import ts from 'typescript';

// Below build/, so that the copy finds the packages of this project.
const copy = mkdtempSync(resolve('build/new-rule-'));
after(() => rmSync(copy, { recursive: true }));
for (const part of ['src', 'test']) cpSync(`build/${part}`, join(copy, part), { recursive: true });
for (const part of ['src/rules', 'packaging/tools', 'package.json'])
  cpSync(part, join(copy, part), { recursive: true });

/** Puts JavaScript beside a file of the copy. */
function compile(path: string): void {
  const { outputText } = ts.transpileModule(read(path), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(copy, path.replace(/ts$/, 'js')), outputText);
}

const makeRule = (code: string, slug: string, family: string) =>
  spawnSync(process.execPath, [join(copy, 'packaging/tools/new-rule.js'), code, slug, family], {
    cwd: copy,
    encoding: 'utf8',
  });

const read = (path: string): string => readFileSync(join(copy, path), 'utf8');

describe('make rule', () => {
  it('makes a rule, its line in the table, and a test that says what to do next', () => {
    const { status, stderr } = makeRule('CG599', 'short-name', 'hazards');
    assert.equal(status, 0, stderr);
    const [rule, test] = ['src/rules/hazards/cg599-short-name.ts', 'test/rules/cg599.test.ts'];
    for (const path of [rule, test, 'src/rules/index.ts']) compile(path);
    assert.match(read(rule), /messageId: '[0-9a-f]{32}'/);
    assert.match(read('src/rules/index.js'), /^ {4}CG599: shortName,$/m);
    const run = spawnSync(process.execPath, ['--test', 'test/rules/cg599.test.js'], {
      cwd: copy,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    assert.equal(run.status, 1, run.stderr);
    assert.ok(run.stdout.includes(`${rule}: write "check"`), run.stdout);
  });

  it('puts the last rule of all at the end of the table', () => {
    assert.equal(makeRule('CG699', 'last-of-all', 'store').status, 0);
    assert.match(read('src/rules/index.ts'), /^ {2}CG699: lastOfAll,\n\};$/m);
  });

  for (const [code, slug, family, problem] of [
    ['CG201', 'another', 'refusals', 'CG201 is taken'],
    ['CG998', 'another', 'hazards', 'invalid code'],
    ['CG598', 'Not_A_Slug', 'hazards', 'invalid slug'],
    ['CG598', 'another', 'store', 'belongs to the family hazards'],
  ] as const) {
    it(`refuses ${code} ${slug} in ${family}`, () => {
      const { status, stderr } = makeRule(code, slug, family);
      assert.equal(status, 64);
      assert.ok(stderr.includes(problem), stderr);
    });
  }
});
