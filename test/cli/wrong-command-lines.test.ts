import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** What is typed, what the answer says of it, and the command line it offers. */
const TABLE: readonly (readonly [kind: string, typed: string, says: RegExp, offers: string])[] = [
  [
    'a modifier without its command',
    '--dry-run',
    /--dry-run goes with --fix; without a command/,
    '--fix --dry-run',
  ],
  [
    'a modifier of another command',
    '--revert --deep',
    /--deep does not go with --revert; it goes with --check/,
    '--revert',
  ],
  ['a command without dashes', 'check', /unexpected word check.*begin with --/, '--check'],
  ['help without dashes', 'help', /unexpected word help/, '--help'],
  ['a command with its value, without dashes', 'explain CG201', /unexpected word explain/, '--explain CG201'],
  ['the word of another program', 'undo', /did you mean --revert\?/, '--revert'],
  ['a bare code', 'cg201', /a code follows --explain/, '--explain=CG201'],
  ['bare digits', '201', /a code follows --explain/, '--explain=CG201'],
  [
    'a code that does not exist',
    '--explain CG408',
    /no rule has the code CG408; .* are CG401 to CG411/,
    '--list-rules',
  ],
  ['a letter for a digit', '--explain CG2O1', /did you mean CG201\?/, '--explain CG201'],
  [
    'a misspelled name of a rule',
    '--explain graphrot-is-mountpoint',
    /did you mean CG201\?|no rule is called/,
    '--explain graphroot-is-mountpoint',
  ],
  [
    'a misspelled option',
    '--formt=npd',
    /unknown option --formt=npd; did you mean --format\?/,
    '--format=npd',
  ],
  ['one dash', '-json', /did you mean --json\?/, '--json'],
  ['a short option that there is not', '-v', /did you mean --verbose\?/, '--verbose'],
  ['a flag of CRI-O', '--root /srv', /--root; it is a flag of CRI-O: those come after --/, '-- --root /srv'],
  ['a misspelled flag of CRI-O', '--rooot /srv', /CRI-O has a flag --root/, '-- --root /srv'],
  ['an option of nobody', '--zzzzzz', /unknown option --zzzzzz/, '--help'],
  ['two commands', '--fix --revert', /--fix and --revert exclude each other/, '--fix'],
  ['a switch with a value', '--json=yes', /--json takes no value/, '--json'],
  ['a value that is missing', '--record', /--record needs a value/, '--record=host.json'],
  [
    'an option in the place of a value',
    '--metrics --json',
    /--metrics needs a value/,
    '--metrics=/var/lib/node_exporter/crio-guard.prom --json',
  ],
  ['a value given twice', '--from a --from b', /--from is given twice/, '--from a'],
  [
    'a form that there is not',
    '--format=xml',
    /--format is one of text, json, npd, prometheus, not xml/,
    '--format=text',
  ],
  ['two forms', '--json --format=npd', /exclude each other/, '--format=npd'],
  [
    'codes separated by blanks',
    '--format=npd --only CG2 CG3',
    /separated by commas/,
    '--format=npd --only=CG2,CG3',
  ],
  [
    'a beginning that no code has',
    '--format=npd --only=CG9',
    /no rule has a code that begins with "CG9"/,
    '--list-rules',
  ],
  [
    'a version that is none',
    '--crio-version=latest',
    /invalid CRI-O version "latest"/,
    '--crio-version=1.36.3',
  ],
  [
    'a recording that would be corrected',
    '--fix --from h.json',
    /a recorded host cannot be corrected/,
    '--dry-run --fix --from h.json',
  ],
  ['flags of CRI-O where there are none', '--revert -- --root /srv', /do not go with --revert/, '--revert'],
  ['a dash of typography', '\u2013check', /dash of typography/, '--check'],
];

test('a wrong command line: what was wrong, and the nearest right one', async (t) => {
  assert.ok(TABLE.length >= 20);
  for (const [kind, typed, says, offers] of TABLE) {
    await t.test(`${kind}: ${typed}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.cjs', ...typed.split(' ')], {
        encoding: 'utf8',
      });
      assert.equal(status, 64);
      const [first = '', second = '', ...rest] = stderr.split('\n');
      assert.match(first, says);
      assert.equal(second.trimEnd(), `  try: crio-guard ${offers}`);
      assert.deepEqual(rest, ['']);
      const isNpd = typed.includes('--format=npd');
      assert.match(stdout, isNpd ? /^unknown: wrong command line: [^\n]+\n$/ : /^$/);
    });
  }
});

test('a line that was quoted as a whole is taken apart', () => {
  const { stderr } = spawnSync(process.execPath, ['dist/main.cjs', '--fix --dry-run'], { encoding: 'utf8' });
  assert.match(stderr, /is one word.*\n {2}try: crio-guard --fix --dry-run\n/);
});

test('the digits of a code are enough', () => {
  const { status, stdout } = spawnSync(process.execPath, ['dist/main.cjs', '--explain', '201'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.match(stdout, /^CG201 graphroot-is-mountpoint/);
});
