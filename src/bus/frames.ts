/** One message as it came over the socket: the fixed part, and the fields with the body. */
export interface Frame {
  readonly header: Buffer;
  readonly rest: Buffer;
}

export type Arrival =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A message larger than any call of ours needs; its bytes are dropped as they come. */
  | { readonly kind: 'too-large' }
  /** Not D-Bus: nothing after it can be trusted. */
  | { readonly kind: 'garbage'; readonly why: string };

const HEADER = 16;
const LITTLE = 'l'.charCodeAt(0);
const BIG = 'B'.charCodeAt(0);
const PROTOCOL = 1;
/** The specification's limits for the header's fields and for a message, in bytes. */
const FIELDS_LIMIT = 2 ** 26;
const MESSAGE_LIMIT = 2 ** 27;
/** Our own: a caller's longest sensible message is a few hundred bytes. */
const ACCEPTED = 1024 * 1024;

/**
 * Cuts the stream of the bus into messages and checks what dbus-next believes unseen: its parser takes any
 * 16 bytes for a header, then waits for gigabytes or throws a RangeError out of an event handler.
 */
export class FrameReader {
  private held: Buffer = Buffer.alloc(0);
  private skipping = 0;

  *read(chunk: Buffer): Generator<Arrival> {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    for (;;) {
      const skipped = Math.min(this.skipping, this.held.length);
      this.skipping -= skipped;
      this.held = this.held.subarray(skipped);
      if (this.held.length < HEADER) return;
      const size = restOf(this.held);
      if (typeof size === 'string') {
        yield { kind: 'garbage', why: size };
        return;
      }
      if (size > ACCEPTED) {
        this.skipping = HEADER + size;
        yield { kind: 'too-large' };
        continue;
      }
      if (this.held.length < HEADER + size) return;
      const header = this.held.subarray(0, HEADER);
      const rest = this.held.subarray(HEADER, HEADER + size);
      this.held = this.held.subarray(HEADER + size);
      yield { kind: 'frame', frame: { header, rest } };
    }
  }
}

/** @returns bytes after the header, or why this is no header */
function restOf(header: Buffer): number | string {
  const endian = header[0];
  if (endian !== LITTLE && endian !== BIG) return 'no byte order';
  if (header[3] !== PROTOCOL) return `protocol version ${header[3] ?? 0}`;
  if (header[1] === 0) return 'message type 0';
  const number = (at: number): number =>
    endian === LITTLE ? header.readUInt32LE(at) : header.readUInt32BE(at);
  const body = number(4);
  const fields = number(12);
  if (fields === 0 || fields > FIELDS_LIMIT) return `${fields} bytes of header fields`;
  const size = Math.ceil(fields / 8) * 8 + body;
  return HEADER + size > MESSAGE_LIMIT ? `a message of ${size} bytes` : size;
}
