import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { BuiltProgram } from '../cli/built-program.js';
import { problemsOf } from '../../src/fix/guard-state.js';
import type { LedgerEntry } from '../../src/fix/ledger.js';
import { parseLastReport } from '../../src/report/journal/restart-loop.js';
import { parseRecord } from '../../src/text/json-record.js';
import { heldLock, ledgerIn } from './held-lock.js';

const SAMPLES = 'test/corpus/state';
const sample = (name: string): string => readFileSync(`${SAMPLES}/${name}`, 'utf8');

let directory = '';
beforeEach(() => (directory = mkdtempSync(`${tmpdir()}/crio-guard-state-`)));
afterEach(() => rmSync(directory, { recursive: true }));

function ledgerOf(text: string) {
  const ledger = ledgerIn(directory);
  writeFileSync(ledger.path, text, { mode: 0o600 });
  return ledger;
}

const entry: LedgerEntry = { id: 'new', code: 'CG201', time: '', status: 'applied', actions: [] };
const configuration = DEFAULT_GUARD_CONFIGURATION;

/** The first sample, with an action that does not exist in one of its entries. */
const withUnknownAction = (id: string): string => {
  const ledger = parseRecord(sample('ledger-1.json'));
  assert.ok(Array.isArray(ledger?.['entries']));
  const entries = (ledger['entries'] as readonly Record<string, unknown>[]).map((one) =>
    one['id'] === id ? { ...one, actions: [{ kind: 'make-coffee', cups: 2 }] } : one,
  );
  return JSON.stringify({ version: 1, entries });
};

test('the released formats are read', () => {
  const read = ledgerOf(sample('ledger-1.json')).read();
  assert.ok(!('error' in read));
  assert.equal(read.entries.length, 5);
  assert.deepEqual(read.unreadable, []);
  assert.deepEqual({ version: read.version, entries: read.entries }, JSON.parse(sample('ledger-1.json')));
  assert.ok(parseLastReport(sample('last-report-1.json')) !== undefined);
});

test('a ledger of a later version is named, left untouched, and stops every correction', () => {
  const text = '{"version":2,"corrections":{}}\n';
  const ledger = ledgerOf(text);
  const read = ledger.read();
  assert.ok('error' in read);
  assert.match(read.error, /ledger\.json has version 2, and this crio-guard reads version 1$/);
  assert.equal(problemsOf(configuration, read).length, 1);
  assert.match(ledger.record(entry, heldLock()) ?? '', /has version 2/);
  assert.equal(readFileSync(ledger.path, 'utf8'), text);
});

test('an unknown action makes its entry unreadable, and the entry stays as it is', () => {
  const ledger = ledgerOf(withUnknownAction('mizw3k2x'));
  const read = ledger.read();
  assert.ok(!('error' in read));
  assert.equal(read.entries.length, 4);
  assert.deepEqual(read.unreadable.map(({ id, status }) => [id, status]), [['mizw3k2x', 'applied']]); // prettier-ignore
  assert.match(read.unreadable[0]?.why ?? '', /make-coffee/);
  assert.deepEqual(problemsOf(configuration, read), []);
  assert.equal(ledger.record(entry, heldLock()), undefined);
  const after: unknown = parseRecord(readFileSync(ledger.path, 'utf8'))?.['entries'];
  assert.ok(Array.isArray(after));
  assert.equal(after.length, 6);
  assert.match(JSON.stringify(after), /"make-coffee","cups":2/);
});

test('one that was cut off and is unreadable stops every correction', () => {
  const problems = problemsOf(configuration, ledgerOf(withUnknownAction('mizw4a11')).read());
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /mizw4a11 of CG303 .*make-coffee/);
});

test('an action without what it needs makes its entry unreadable', () => {
  for (const action of [
    { kind: 'write-file', path: '/x' },
    { kind: 'make-directory', path: 7, mode: 1 },
    5,
  ]) {
    const read = ledgerOf(JSON.stringify({ version: 1, entries: [{ ...entry, actions: [action] }] })).read();
    assert.ok(!('error' in read));
    assert.equal(read.unreadable.length, 1, JSON.stringify(action));
  }
});

test(
  'the built program names a later ledger, and what it cannot undo',
  { skip: BuiltProgram.lacking ?? false },
  () => {
    const guard = new BuiltProgram();
    try {
      guard.write(
        '/etc/containers/storage.conf',
        '[storage]\ndriver = "overlay"\nrunroot = "/run/c"\ngraphroot = "/var/lib/one"\n',
      );
      guard.program('crio', 'echo crio version 1.36.3');
      const later = '{"version":2}';
      guard.write('/var/lib/crio-guard/ledger.json', later, 0o600);
      for (const args of [['--fix'], ['--revert'], ['--revert', '--list']]) {
        const { stdout, stderr } = guard.run(args);
        assert.match((stdout + stderr).replaceAll(/\s+/g, ' '), /ledger\.json has version 2/, args.join(' '));
        assert.equal(guard.read('/var/lib/crio-guard/ledger.json'), later);
      }
      const odd = { ...entry, actions: [{ kind: 'make-coffee' }] };
      guard.write('/var/lib/crio-guard/ledger.json', JSON.stringify({ version: 1, entries: [odd] }), 0o600);
      const { status, stdout } = guard.run(['--revert']);
      assert.equal(status, 1);
      assert.match(stdout, /^Not undone: the correction new of CG201 .*make-coffee/m);
      assert.match(guard.read('/var/lib/crio-guard/ledger.json') ?? '', /make-coffee/);
    } finally {
      guard.close();
    }
  },
);
