import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseBusCommand, parseUnit } from '../../../src/config/service/unit.js';
import { expandArguments, parseQuotedWords, splitWords } from '../../../src/config/service/unit-words.js';

const command = (line: string, rest = 'ignore_errors=no'): string =>
  `{ path=/usr/bin/crio ; argv[]=${line} ; ${rest} ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`;

describe('splitWords', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['  a  b\tc\n', ['a', 'b', 'c']],
    ['"a b" c', ['a b', 'c']],
    ["--root='/a b'", ['--root=/a b']],
    ['a\\ b', ['a b']],
    ['"" x', ['', 'x']],
    ['"open', ['open']],
    ["a'b\"c'", ['ab"c']],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(splitWords(text), expected));
  }
});

describe('expandArguments', () => {
  const environment = new Map([['OPTS', '--root /a "--storage-opt=x y"'], ['P', '/p q'], ['EMPTY', '']]); // prettier-ignore
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['$OPTS'], ['--root', '/a', '--storage-opt=x y']],
    [['${OPTS}'], ['--root /a "--storage-opt=x y"']],
    [['--root=${P}/x'], ['--root=/p q/x']],
    [['--root=$P'], ['--root=$P']],
    [
      ['$NONE', '${NONE}', '$EMPTY', '${EMPTY}'],
      ['', ''],
    ],
    [
      ['$$HOME', 'a$$b', 'a$', '${open'],
      ['$HOME', 'a$b', 'a$', '${open'],
    ],
  ];
  for (const [words, expected] of cases) {
    it(words.join(' '), () => assert.deepEqual(expandArguments(words, environment), expected));
  }
});

describe('parseQuotedWords', () => {
  it('reads what systemctl prints', () => {
    assert.deepEqual(parseQuotedWords('A=1 "B=a b" \'C=c\''), ['A=1', 'B=a b', 'C=c']);
    assert.deepEqual(parseQuotedWords('"A=a \\"b\\" \\$c \\\\ \\x41"'), ['A=a "b" $c \\ A']);
    assert.deepEqual(parseQuotedWords("$'A=a\\nb'"), ['A=a\nb']);
    assert.deepEqual(parseQuotedWords(''), []);
  });
  it('does not guess', () => {
    for (const line of ['"open', 'a"b', '"A=\\xc3"']) assert.equal(parseQuotedWords(line), undefined, line);
  });
});

describe('parseUnit', () => {
  it('reads all that is asked for', () => {
    const unit = parseUnit(
      [
        'LoadState=loaded',
        `ExecStart=${command('/usr/bin/crio $CRIO_CONFIG_OPTIONS --root=/a')}`,
        `ExecStartEx=${command('/usr/bin/crio $CRIO_CONFIG_OPTIONS --root=/a', 'flags=no-env-expand')}`,
        'Environment=GOTRACEBACK=crash "A=b c"',
        'EnvironmentFiles=/etc/sysconfig/crio (ignore_errors=yes)',
        'EnvironmentFiles=/etc/with space (ignore_errors=no)',
        'UnsetEnvironment=X Y=1',
        'WorkingDirectory=-/srv',
        'RootDirectory=',
      ].join('\n'),
    );
    assert.deepEqual(unit, {
      isLoaded: true,
      program: '/usr/bin/crio',
      words: ['$CRIO_CONFIG_OPTIONS', '--root=/a'],
      isExact: true,
      keepsVariables: true,
      environment: ['GOTRACEBACK=crash', 'A=b c'],
      environmentFiles: [
        { path: '/etc/sysconfig/crio', mayBeMissing: true },
        { path: '/etc/with space', mayBeMissing: false },
      ],
      unsetEnvironment: ['X', 'Y=1'],
      workingDirectory: '/srv',
      hasOwnRoot: false,
    });
  });

  it('knows a unit that is not there, and one that it does not understand', () => {
    assert.equal(parseUnit('LoadState=not-found\n')?.isLoaded, false);
    assert.equal(parseUnit('LoadState=loaded\n'), undefined);
    assert.equal(parseUnit(`LoadState=loaded\nExecStart=${command('c')}\nEnvironment="open`), undefined);
  });

  it('is not exact about words that may hold blanks', () => {
    for (const line of ['crio "a"', 'crio a  b', 'crio a\\x20b']) {
      assert.equal(parseUnit(`LoadState=loaded\nExecStart=${command(line)}`)?.isExact, false, line);
    }
  });
});

describe('parseBusCommand', () => {
  it('keeps words apart', () => {
    const output =
      '{"type":"a(sasbttttuii)","data":[["/usr/bin/crio",["/usr/bin/crio","--root=/a b",""],false,0,0,0,0,0,0,0]]}';
    assert.deepEqual(parseBusCommand(output), ['--root=/a b', '']);
  });
  it('does not guess', () => {
    for (const output of ['', 'x', '{}', '{"data":[]}', '{"data":[["c",[1]]]}', 'null']) {
      assert.equal(parseBusCommand(output), undefined, output);
    }
  });
});
