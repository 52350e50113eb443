import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../property.js';
import { FrameReader, type Arrival } from '../../src/bus/frames.js';
import { rawMessage, text } from './wire-format.js';

const message = (member: string, body = ''): Buffer =>
  rawMessage({ kind: 1, serial: 7, path: '/a', member, body: ['s', text(body)] });

const arrivals = (reader: FrameReader, chunk: Buffer): Arrival[] => [...reader.read(chunk)];

test('messages come out whole, however the bytes are cut', () => {
  const stream = Buffer.concat([message('A', 'x'), message('Bb', 'yy'), message('Ccc', 'z'.repeat(999))]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
      const reader = new FrameReader();
      const found: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        for (const arrival of arrivals(reader, stream.subarray(at, at + size))) {
          if (arrival.kind === 'frame') found.push(arrival.frame.header, arrival.frame.rest);
          else assert.fail(arrival.kind);
        }
        at += size;
      }
      assert.deepEqual(Buffer.concat(found), stream);
    }),
  );
});

test('no bytes make the reader throw or wait for more than the limit of a message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), (bytes) => {
      for (const arrival of arrivals(new FrameReader(), Buffer.from(bytes))) {
        assert.ok(['frame', 'garbage', 'too-large'].includes(arrival.kind));
      }
    }),
  );
});

test('what is not D-Bus is said to be garbage', () => {
  const wrong = (change: (bytes: Buffer) => void): string => {
    const bytes = message('A');
    change(bytes);
    return arrivals(new FrameReader(), bytes)[0]?.kind ?? 'nothing';
  };
  assert.equal(
    wrong(() => undefined),
    'frame',
  );
  assert.equal(
    wrong((bytes) => bytes.writeUInt8(0x48, 0)),
    'garbage',
  );
  assert.equal(
    wrong((bytes) => bytes.writeUInt8(2, 3)),
    'garbage',
  );
  assert.equal(
    wrong((bytes) => bytes.writeUInt8(0, 1)),
    'garbage',
  );
  assert.equal(
    wrong((bytes) => bytes.writeUInt32LE(0xffffffff, 4)),
    'garbage',
  );
  assert.equal(
    wrong((bytes) => bytes.writeUInt32LE(0, 12)),
    'garbage',
  );
});

test('a message too large for us is skipped without being kept, and the next one is read', () => {
  const reader = new FrameReader();
  const large = message('Large', 'x'.repeat(3 * 1024 * 1024));
  const pieces: Buffer[] = [];
  for (let at = 0; at < large.length; at += 65536) pieces.push(large.subarray(at, at + 65536));
  pieces.push(message('Small'));
  const kinds = pieces.flatMap((piece) => arrivals(reader, piece)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['too-large', 'frame']);
});
