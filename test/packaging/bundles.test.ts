import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const HOST = 'test/corpus/hosts/issue-8771.json';

/** One for each part that is loaded on demand. */
const COMMANDS = [
  ['--help'],
  ['--explain', 'CG201'],
  ['--list-rules', '--json'],
  ['--config', '--from', HOST],
  ['--check', '--from', HOST],
  ['--check', '--from', HOST, '--verbose'],
  ['--check', '--from', HOST, '--format=npd'],
  ['--fix', '--dry-run', '--from', HOST],
  ['--check', '--from', 'package.json'],
];

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { status, stdout, stderr: stderr.replaceAll(/\b\d+ ms\b/g, '') };
}

for (const args of COMMANDS) {
  test(`crio-guard ${args.join(' ')} says the same from its bundles as from its modules`, () => {
    const bundled = run('dist/main.cjs', args);
    assert.notEqual(bundled.stdout + bundled.stderr, '');
    assert.deepEqual(bundled, run('build/src/main.js', args));
  });
}

test('what checks is made without the texts of the rules, what explains with them', () => {
  const { stdout } = run('dist/main.cjs', ['--explain', 'CG201', '--json']);
  const { explanation } = JSON.parse(stdout) as { explanation: [string] };
  const words = explanation[0].slice(0, 40);
  assert.ok(readFileSync('dist/explain.cjs', 'utf8').includes(words));
  assert.ok(!readFileSync('dist/program.cjs', 'utf8').includes(words));
});

test('what a healthy start loads has neither the messages of the rules nor the corrections', () => {
  const held = ({ source }: RegExp) =>
    ['program', 'start'].filter((name) => new RegExp(source).test(readFileSync(`dist/${name}.cjs`, 'utf8')));
  const aMessage = /will start without an error and put its layers into/;
  const theProof = /crio config does not confirm the configuration/;
  assert.deepEqual([held(aMessage), held(theProof)], [['program'], ['program']]);
});
