import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from '../../src/cli/argv.js';

const kindOf = (...argv: string[]): string => parseCommand(argv).kind;

test('nothing at all is a check', () => {
  const command = parseCommand([]);
  assert.equal(command.kind, 'check');
});

test('flags of CRI-O come after --', () => {
  const command = parseCommand(['--config', '--json', '--', '--root', '/x', '--', '-s', 'zfs']);
  assert.ok(command.kind === 'config');
  assert.deepEqual(command.options.crioFlags, ['--root', '/x', '--', '-s', 'zfs']);
  assert.equal(command.options.json, true);
});

test('no flags after -- means CRI-O without flags, not those of the unit', () => {
  const command = parseCommand(['--check', '--']);
  assert.ok(command.kind === 'check');
  assert.deepEqual(command.options.crioFlags, []);
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

const said = (...argv: string[]): string => {
  const command = parseCommand(argv);
  assert.ok(command.kind === 'usage', argv.join(' '));
  return command.message;
};

test('a mistyped option gets a suggestion', () => {
  assert.match(said('--formt=json'), /unknown option --formt=json; did you mean --format\?/);
  assert.match(said('--root', '/x'), /a flag of CRI-O: those come after --/);
  assert.match(said(''), /unexpected word ""/);
});

test('an option is not taken for the value of another', () => {
  assert.match(said('--record', '-v'), /--record needs a value/);
  assert.match(said('--metrics', '--json'), /--metrics needs a value/);
  const command = parseCommand(['--record=-v']);
  assert.ok(command.kind === 'record' && command.file === '-v');
});

test('a value that is given twice has no last one that wins in silence', () => {
  assert.match(said('--from', 'a', '--from=b'), /--from is given twice/);
  assert.equal(kindOf('--json', '--json'), 'check');
});

test('a hostile word can neither write a line nor steer the terminal', () => {
  for (const argv of [['--\u001b[2J\n'], ['x\ny'], ['--format=\u001b[31m'], ['y'.repeat(5000)]]) {
    const message = said(...argv);
    assert.doesNotMatch(message, /\p{Cc}/u);
    assert.ok(message.length < 200);
  }
});

test('codes are read in any case', () => {
  const command = parseCommand(['--format=npd', '--only=cg5,CG6']);
  assert.ok(command.kind === 'check');
  assert.deepEqual(command.options.only, ['CG5', 'CG6']);
});

test('a recorded host may be planned for', () => {
  assert.equal(kindOf('--fix', '--dry-run', '--from', 'x.json'), 'fix');
});
