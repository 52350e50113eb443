import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const PROGRAM = resolve('dist/main.cjs');
const directory = mkdtempSync(`${tmpdir()}/crio-guard-old-node-`);

/** This Node under the name of another version, as a program that systemd or a shell may start. */
function nodeCalling(version: string): string {
  const [preload, node] = [`${directory}/${version}.cjs`, `${directory}/node-${version}`];
  const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
  writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} --require ${preload} "$@"\n`, { mode: 0o755 });
  return node;
}

test('a Node that is too old is named in one line, by hand and before a start', () => {
  for (const version of ['12.22.12', '16.20.2', '18.19.1']) {
    const run = (...args: readonly string[]) =>
      spawnSync(nodeCalling(version), [PROGRAM, ...args], { encoding: 'utf8' });
    const byHand = run('--check');
    assert.deepEqual([byHand.status, byHand.stdout], [2, '']);
    assert.match(byHand.stderr, new RegExp(`^crio-guard: [^\n]*${version}[^\n]*\n$`));
    // Neither the word that stops CRI-O, nor an exit code that leaves a second line.
    const start = run('--prestart');
    assert.deepEqual([start.status, start.stdout], [0, '']);
    assert.match(start.stderr, new RegExp(`^<3>crio-guard: [^\n]*${version}[^\n]*\n$`));
  }
});

test('a supported Node, and one that is newer than all of them, runs the program', () => {
  for (const version of ['18.20.0', '20.0.0', '26.1.0']) {
    const { status, stdout } = spawnSync(nodeCalling(version), [PROGRAM, '--version'], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /^crio-guard \d/);
  }
});

test('the bundle holds no syntax that an older Node cannot read far enough', () => {
  const source = ts.createSourceFile('main.js', readFileSync(PROGRAM, 'utf8'), ts.ScriptTarget.Latest);
  const newer = new Set([
    ts.SyntaxKind.QuestionDotToken,
    ts.SyntaxKind.QuestionQuestionToken,
    ts.SyntaxKind.QuestionQuestionEqualsToken,
    ts.SyntaxKind.BarBarEqualsToken,
    ts.SyntaxKind.AmpersandAmpersandEqualsToken,
    ts.SyntaxKind.ClassStaticBlockDeclaration,
    ts.SyntaxKind.PrivateIdentifier,
  ]);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (newer.has(node.kind)) found.push(`${ts.SyntaxKind[node.kind]} at ${node.pos}`);
    ts.forEachChild(node, look);
  };
  look(source);
  assert.deepEqual(found.slice(0, 3), []);
});
