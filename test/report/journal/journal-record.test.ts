import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../../property.js';
import {
  cutBytes,
  encodeRecord,
  plainLines,
  type JournalRecord,
} from '../../../src/report/journal/journal-record.js';

/** What logger --journald makes of its input: lines with blanks off their ends, up to an empty one. */
function asLoggerReads(input: string): [string, string][] {
  const fields: [string, string][] = [];
  for (const raw of input.split('\n')) {
    const line = (raw.split('\0')[0] ?? '').replace(/[ \t\n\v\f\r]+$/, '');
    if (line === '') break;
    const equals = line.indexOf('=');
    fields.push([line.slice(0, equals), line.slice(equals + 1)]);
  }
  return fields;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\n', '\0', ' ', '=', 'A', '\r', '\u2028', '\u0085', '\ud800', 'é') }),
  fc.constantFrom(
    '/a\nMESSAGE_ID=ffffffffffffffffffffffffffffffff',
    '/a\n\nPRIORITY=0',
    '\0',
    ' ',
    '',
    'x'.repeat(100_000),
    '\u5bb9'.repeat(40_000),
  ),
);

test('no value can forge, end or lose a field', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (message, graphroot, last) => {
      const record: JournalRecord = [
        ['MESSAGE', message],
        ['CRIO_GUARD_GRAPHROOT', graphroot],
        ['CRIO_GUARD_LAST', last],
      ];
      const fields = asLoggerReads(encodeRecord(record));
      const others = fields.filter(([name]) => name !== 'MESSAGE').map(([name]) => name);
      assert.deepEqual(others, ['CRIO_GUARD_GRAPHROOT', 'CRIO_GUARD_LAST']);
      assert.ok(fields.length >= 3);
    }),
    { numRuns: 500 },
  );
});

test('a field is never longer than what journalctl prints', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      for (const name of ['MESSAGE', 'CRIO_GUARD_GRAPHROOT']) {
        const encoded = encodeRecord([[name, value]]);
        const joined = asLoggerReads(encoded).map(([, text]) => text).join('\n'); // prettier-ignore
        assert.ok(Buffer.byteLength(`${name}=${joined}`) <= 4096);
      }
    }),
  );
});

test('an ordinary value arrives as it is', () => {
  const record: JournalRecord = [
    ['MESSAGE', 'first\n  second'],
    ['CRIO_GUARD_DATASET', 'tank/crio a'],
    ['CRIO_GUARD_GRAPHROOT', '/var/lib/\u5bb9\u5668'],
  ];
  assert.deepEqual(asLoggerReads(encodeRecord(record)), [
    ['MESSAGE', 'first'],
    ['MESSAGE', '  second'],
    ['CRIO_GUARD_DATASET', 'tank/crio a'],
    ['CRIO_GUARD_GRAPHROOT', '/var/lib/\u5bb9\u5668'],
  ]);
});

test('a blank at the end of a name is kept, as an escape', () => {
  const [field] = asLoggerReads(encodeRecord([['CRIO_GUARD_GRAPHROOT', '/a ']]));
  assert.deepEqual(field, ['CRIO_GUARD_GRAPHROOT', '/a\\x20']);
});

test('names journald would drop are left out whole', () => {
  assert.equal(
    encodeRecord([
      ['lower', 'x'],
      ['A=B', 'x'],
      ['_PID', '1'],
    ]),
    '',
  );
});

test('every line on standard error carries the priority', () => {
  fc.assert(
    fc.property(hostile, (message) => {
      const lines = plainLines([
        ['MESSAGE', message],
        ['PRIORITY', '3'],
      ]);
      assert.ok(lines.length > 0);
      for (const line of lines) assert.match(line, /^<3>crio-guard: [^\n\0]*$/);
    }),
  );
});

test('a cut never splits a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(200), (text, limit) => {
      const cut = cutBytes(text, limit, '');
      assert.ok(text.startsWith(cut));
      assert.ok(Buffer.byteLength(cut) <= limit);
      const [next] = text.slice(cut.length);
      assert.ok(next === undefined || Buffer.byteLength(cut + next) > limit);
      assert.ok(Buffer.byteLength(cutBytes(text, limit)) <= limit);
    }),
  );
});
