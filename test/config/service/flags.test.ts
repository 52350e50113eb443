import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCommandLine } from '../../../src/config/service/flags.js';

function parse(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return parseCommandLine(args, new Map(Object.entries(variables)));
}

function valuesOf(args: readonly string[], flag: string, variables?: Readonly<Record<string, string>>) {
  const result = parse(args, variables);
  return result.kind === 'parsed' ? result.flags.get(flag)?.values : result.message;
}

describe('parseCommandLine', () => {
  it('takes one dash or two, and a value behind = or after it', () => {
    for (const args of [['-r', '/a'], ['--r', '/a'], ['-root=/a'], ['--root', '/a'], ['--root=/a']]) {
      assert.deepEqual(valuesOf(args, 'root'), ['/a'], args.join(' '));
    }
    assert.deepEqual(valuesOf(['--root', '--runroot'], 'root'), ['--runroot']);
    assert.deepEqual(valuesOf(['--root=a=b'], 'root'), ['a=b']);
  });

  it('takes the last of several, and all of a list', () => {
    assert.deepEqual(valuesOf(['--root', '/a', '--root', '/b'], 'root'), ['/b']);
    assert.deepEqual(valuesOf(['--storage-opt', 'a,b', '--storage-opt= c '], 'storage-opt'), ['a', 'b', 'c']);
    assert.deepEqual(valuesOf(['--storage-opt='], 'storage-opt'), ['']);
  });

  it('ends at -- and at the first argument that is no flag', () => {
    for (const args of [
      ['--', '--root', '/a'],
      ['wipe', '--root', '/a'],
      ['-', '--root'],
      ['', '--root'],
    ]) {
      const result = parse(args);
      assert.equal(result.kind === 'parsed' && result.flags.has('root'), false);
    }
  });

  it('takes a boolean without a value', () => {
    assert.deepEqual(valuesOf(['--selinux', '--root', '/a'], 'root'), ['/a']);
    assert.deepEqual(valuesOf(['--selinux=false'], 'selinux'), ['false']);
    assert.deepEqual(valuesOf(['--selinux', 'false', '--root', '/a'], 'root'), undefined);
  });

  it('lets the command line replace the variable', () => {
    const variables = { CONTAINER_STORAGE_OPT: 'e=1', CONTAINER_ROOT: '' };
    assert.deepEqual(valuesOf(['--storage-opt', 'f=1'], 'storage-opt', variables), ['f=1']);
    assert.deepEqual(valuesOf([], 'storage-opt', variables), ['e=1']);
    assert.deepEqual(valuesOf([], 'root', variables), ['']);
  });

  const refused: readonly (readonly [readonly string[], string])[] = [
    [['--nosuch'], 'flag provided but not defined: -nosuch'],
    [['-nosuch=1'], 'flag provided but not defined: -nosuch'],
    [['--root'], 'flag needs an argument: -root'],
    [['---root'], 'bad flag syntax: ---root'],
    [['--=x'], 'bad flag syntax: --=x'],
    [['--selinux=maybe'], 'invalid boolean value "maybe" for -selinux: parse error'],
    [['--pids-limit', 'many'], 'invalid value "many" for flag -pids-limit: parse error'],
    [['-r', '/a', '--root', '/b'], 'Cannot use two forms of the same flag: r root'],
    [['--help'], '--help makes CRI-O print and end'],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args.join(' ')}`, () => assert.equal(valuesOf(args, 'root'), message));
  }

  it('refuses a variable that cannot be read', () => {
    assert.match(
      String(valuesOf([], 'root', { CONTAINER_SELINUX: 'maybe' })),
      /^could not parse "maybe" as bool/,
    );
    assert.equal(valuesOf([], 'root', { CONTAINER_SELINUX: '' }), undefined);
  });
});
