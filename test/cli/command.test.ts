import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from '../../src/cli/command.js';

const kindOf = (...argv: string[]): string => parseCommand(argv).kind;

test('nothing at all is a check', () => {
  const command = parseCommand([]);
  assert.equal(command.kind, 'check');
});

test('flags of CRI-O come after --', () => {
  const command = parseCommand(['--config', '--json', '--', '--root', '/x', '--', '-s', 'zfs']);
  assert.ok(command.kind === 'config');
  assert.deepEqual(command.looking.crioFlags, ['--root', '/x', '--', '-s', 'zfs']);
  assert.equal(command.looking.json, true);
});

test('no flags after -- means CRI-O without flags, not those of the unit', () => {
  const command = parseCommand(['--check', '--']);
  assert.ok(command.kind === 'check');
  assert.deepEqual(command.looking.crioFlags, []);
});

test('values may follow or be joined', () => {
  for (const argv of [['--explain', 'CG201'], ['--explain=CG201']]) {
    const command = parseCommand(argv);
    assert.ok(command.kind === 'explain');
    assert.equal(command.code, 'CG201');
  }
});

test('what does not fit is a usage error', () => {
  const wrong = [
    ['--chekc'],
    ['check'],
    ['--check', '--fix'],
    ['--check', '--dry-run'],
    ['--fix', '--from', 'x.json'],
    ['--revert', '--', '--root', '/x'],
    ['--explain'],
    ['--explain', '--json'],
    ['--record='],
    ['--json=yes'],
    ['--version', '--json'],
  ];
  for (const argv of wrong) assert.equal(kindOf(...argv), 'usage', argv.join(' '));
});

test('a recorded host may be planned for', () => {
  assert.equal(kindOf('--fix', '--dry-run', '--from', 'x.json'), 'fix');
});
