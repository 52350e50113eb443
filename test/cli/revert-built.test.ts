import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, test } from 'node:test';
import type { Action } from '../../src/fix/actions.js';
import type { LedgerEntry } from '../../src/fix/ledger.js';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { assertFollows } from '../report/json/schemas.js';
import { BuiltProgram } from './built-program.js';

const skip = BuiltProgram.lacking ?? false;
const DROP_IN = '/etc/crio/crio.conf.d/zz-crio-guard.conf';
const content = '[crio]\nroot = "/var/lib/two"\n';

let guard: BuiltProgram;
beforeEach(() => {
  guard = new BuiltProgram();
  guard.write(
    '/etc/containers/storage.conf',
    '[storage]\ndriver = "overlay"\ngraphroot = "/var/lib/one"\nrunroot = "/run/c"\n',
  );
  guard.program('crio', 'echo crio version 1.36.3');
  guard.write(DROP_IN, content);
  const actions: readonly Action[] = [
    { kind: 'make-directory', path: '/var/lib/two', mode: 0o700 },
    { kind: 'write-file', path: DROP_IN, content, mode: 0o644, previous: null },
  ];
  const entry = { code: 'CG201', time: '2026-01-01T00:00:00.000Z', status: 'applied' } as const;
  const other: Action = { kind: 'make-directory', path: '/var/lib/empty', mode: 0o700 };
  const entries: readonly LedgerEntry[] = [
    { ...entry, id: 'one', actions },
    { ...entry, id: 'two', actions: [other] },
  ];
  guard.write('/var/lib/empty/.keep', '');
  guard.remove('/var/lib/empty/.keep');
  guard.ledger(entries);
});
afterEach(() => guard.close());

const statuses = (): unknown => {
  const entries: unknown = parseRecord(guard.read('/var/lib/crio-guard/ledger.json') ?? '')?.['entries'];
  assert.ok(Array.isArray(entries));
  return entries.map((entry: unknown) => (isRecord(entry) ? `${String(entry['id'])} ${String(entry['status'])}` : entry)).sort(); // prettier-ignore
};

test('a revert after which images would not be seen is refused, and carried out by force', { skip }, () => {
  guard.write(
    '/var/lib/two/overlay-images/images.json',
    `[{"id":"${'a'.repeat(64)}","names":["quay.io/one:1"]}]`,
  );
  guard.write('/var/lib/two/overlay-layers/layers.json', '[]');
  const plan = guard.run(['--revert', '--dry-run']);
  assert.equal(plan.status, 0, plan.stderr);
  assert.match(plan.stdout, /: 1 image would no longer be seen: quay\.io\/one:1/);
  const refused = guard.run(['--revert']);
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /^Nothing was reverted: .*quay\.io\/one:1/m);
  assert.equal(guard.read(DROP_IN), content);
  assert.deepEqual(statuses(), ['one applied', 'two applied']);
  const json = parseRecord(guard.run(['--revert', '--json']).stdout);
  assert.equal(json?.['kind'], 'refused');
  const forced = guard.run(['--revert', '--force']);
  // The directory holds a store: it stays, with the reason, and nothing that matters is left.
  assert.equal(forced.status, 0, forced.stderr);
  assert.match(forced.stdout, /left as it is: \/var\/lib\/two is in use/);
  assert.match(forced.stdout, /Everything else is as before/);
  assert.equal(guard.read(DROP_IN), undefined);
  assert.ok(guard.read('/var/lib/two/overlay-images/images.json') !== undefined);
  assert.deepEqual(statuses(), ['one reverted', 'two reverted']);
});

test('a revert that hides nothing is carried out', { skip }, () => {
  const { status, stdout, stderr } = guard.run(['--revert']);
  assert.equal(status, 0, stdout + stderr);
  assert.equal(guard.read(DROP_IN), undefined);
  assert.deepEqual(statuses(), ['one reverted', 'two reverted']);
  const again = guard.run(['--revert']);
  assert.deepEqual([again.status, again.stdout], [0, 'No correction stands: nothing to revert.\n']);
});

test('--list names what stands, and --id takes one of it', { skip }, () => {
  const { status, stdout } = guard.run(['--revert', '--list']);
  assert.equal(status, 0);
  assert.deepEqual(stdout.match(/^\w+(?=: )/gm), ['two', 'one']);
  assert.equal(guard.run(['--revert', '--id', 'three']).status, 1);
  assert.equal(guard.run(['--revert', '--id=newest']).status, 0);
  assert.deepEqual(statuses(), ['one applied', 'two reverted']);
  assert.equal(guard.read(DROP_IN), content);
});

test('what cannot be undone is an error with its reason', { skip }, () => {
  guard.remove(DROP_IN);
  guard.write(`${DROP_IN}/a-file`, '');
  const { status, stdout } = guard.run(['--revert', '--force']);
  assert.equal(status, 1);
  assert.match(stdout, /^ {2}failed: .*zz-crio-guard\.conf/m);
  assert.deepEqual(statuses(), ['one reverting', 'two reverted']);
});

test('each JSON answer about a correction that stands follows the schema', { skip }, () => {
  guard.write(
    '/var/lib/two/overlay-images/images.json',
    `[{"id":"${'a'.repeat(64)}","names":["quay.io/one:1"]}]`,
  );
  guard.write('/var/lib/two/overlay-layers/layers.json', '[]');
  const answers = [
    ['listed', '--list'],
    ['planned', '--dry-run'],
    ['refused'],
    ['reverted', '--unneeded'],
    ['failed', '--id=three'],
    ['reverted', '--force'],
  ].map(([kind, ...how]) => {
    const answer = parseRecord(guard.run(['--revert', '--json', ...how]).stdout);
    assertFollows('revert', answer, how.join(' '));
    assert.ok(answer !== undefined);
    assert.equal(answer['kind'], kind, how.join(' '));
    if (how[0] === '--unneeded') assert.ok(Array.isArray(answer['kept']) && answer['kept'].length === 2);
    return answer['corrections'];
  });
  assert.deepEqual(
    answers.map((corrections) => (Array.isArray(corrections) ? corrections.length : undefined)),
    [2, 2, 2, 0, 0, 2],
  );
});

const QUESTION = 'Carry this out? [y/N]';
const terminal = spawnSync('script', ['--version']).status === 0 ? skip : 'script (util-linux) is missing';

test('on a terminal it shows what it takes back, asks, and obeys', { skip: terminal }, () => {
  for (const typed of ['n\n', '\n']) {
    const shown = guard.onTerminal(['--revert'], typed);
    const before = shown.slice(0, shown.indexOf(QUESTION));
    assert.match(before, /^To be undone: the correction of CG201/m, shown);
    assert.match(before, new RegExp(`write ${DROP_IN}`));
    assert.match(shown, /Nothing was reverted: it was not confirmed/);
    assert.deepEqual(statuses(), ['one applied', 'two applied'], JSON.stringify(typed));
  }
  assert.match(guard.onTerminal(['--revert', '--json'], 'n\n'), /"kind": ?"not-confirmed"/);
  assert.equal(guard.read(DROP_IN), content);
  guard.onTerminal(['--revert', '--id=newest'], 'yes\n');
  assert.deepEqual(statuses(), ['one applied', 'two reverted']);
  guard.onTerminal(['--revert'], 'y\n');
  assert.deepEqual(statuses(), ['one reverted', 'two reverted']);
  assert.equal(guard.read(DROP_IN), undefined);
});

test(
  'nobody is asked with --yes, where nothing is changed, and when it is removed',
  { skip: terminal },
  () => {
    for (const args of [
      ['--list'],
      ['--dry-run'],
      ['--id=none'],
      ['--yes', '--id=newest'],
      ['--unneeded'],
      ['--yes'],
      [],
    ]) {
      const shown = guard.onTerminal(['--revert', ...args], '');
      assert.ok(!shown.includes(QUESTION), `${args.join(' ')}: ${shown}`);
    }
    assert.deepEqual(statuses(), ['one reverted', 'two reverted']);
  },
);
