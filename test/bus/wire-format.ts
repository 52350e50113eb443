/** Messages made by hand, so that the tests do not lean on the marshaller they are to judge. */
export interface RawMessage {
  readonly kind: 1 | 2 | 3 | 4;
  readonly serial: number;
  readonly replySerial?: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly destination?: string;
  readonly sender?: string;
  /** Signature and bytes of the body. */
  readonly body?: readonly [string, Buffer];
}

export function rawMessage(message: RawMessage): Buffer {
  const body = message.body ?? ['', Buffer.alloc(0)];
  const fields: Buffer[] = [];
  const add = (code: number, type: string, value: string | number | undefined): void => {
    if (value === undefined || value === '') return;
    const head = Buffer.from([code, 1, type.charCodeAt(0), 0]);
    fields.push(Buffer.concat([head, encoded(type, value)]));
  };
  add(1, 'o', message.path);
  add(2, 's', message.interface);
  add(3, 's', message.member);
  add(4, 's', message.errorName);
  add(5, 'u', message.replySerial);
  add(6, 's', message.destination);
  add(7, 's', message.sender);
  add(8, 'g', body[0]);
  // The length of an array leaves out the padding after its last element.
  const array = Buffer.concat([...fields.slice(0, -1).map(padded), ...fields.slice(-1)]);
  const header = Buffer.alloc(16);
  header.writeUInt8('l'.charCodeAt(0), 0);
  header.writeUInt8(message.kind, 1);
  header.writeUInt8(1, 3);
  header.writeUInt32LE(body[1].length, 4);
  header.writeUInt32LE(message.serial, 8);
  header.writeUInt32LE(array.length, 12);
  return Buffer.concat([header, padded(array), body[1]]);
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes, Buffer.from([0])]);
}

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function encoded(type: string, value: string | number): Buffer {
  if (typeof value === 'number') return number(value);
  if (type !== 'g') return text(value);
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value), Buffer.from([0])]);
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
