/** io.EOF, which json-iterator keeps apart from its own errors. */
const END = Symbol('EOF');

const BLANK = new Set([0x20, 0x0a, 0x09, 0x0d]);
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const ESCAPES = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number): boolean => /[0-9a-fA-F]/.test(String.fromCharCode(byte));
/** The byte as it stands in the words; they are kept as Latin-1 until they are whole. */
const character = (byte: number): string => String.fromCharCode(byte);

/** Bytes that are looked at for a number; a whole file each time would take a store with many images its seconds. */
const LONGEST_NUMBER = 400;

const TIME = /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"$/;

/**
 * Reads JSON the way json-iterator 1.1.12 does for containers/storage, as far as its errors go: which error
 * comes first, at which byte, and in which words. Like the original it goes on after an error, and every
 * decoder that it then comes through puts its name before the words.
 */
export class JsonIterator {
  private head = 0;
  private failure: string | typeof END | undefined;
  /** Set where the words are those of Go's own library, which are not followed. */
  private inexact = false;

  constructor(private readonly bytes: Uint8Array) {}

  /** Unmarshal: one value, and nothing behind it. */
  unmarshal(decode: (iterator: JsonIterator) => void): { error?: string; exact: boolean } {
    decode(this);
    if (this.nextToken() !== 0) this.report('Unmarshal', 'there are bytes left after unmarshal');
    if (typeof this.failure !== 'string') return { exact: true };
    return { error: Buffer.from(this.failure, 'latin1').toString('utf8'), exact: !this.inexact };
  }

  /** Puts the name of a decoder before an error. */
  wrap(prefix: string): void {
    if (typeof this.failure === 'string') this.failure = prefix + this.failure;
  }

  /** ReportError: the first error stays. */
  report(operation: string, message: string): void {
    if (typeof this.failure === 'string') return;
    const { head } = this;
    const start = Math.max(0, head - 10);
    const near = this.text(start, head + 10);
    const wider = this.text(Math.max(0, head - 50), head + 50);
    this.failure =
      `${operation}: ${message}, error found in #${head - start} byte of ...|${near}|..., ` +
      `bigger context ...|${wider}|...`;
  }

  private text(start: number, end: number): string {
    return Buffer.from(this.bytes.subarray(start, end)).toString('latin1');
  }

  /** The next byte that is no blank; 0 at the end. */
  nextToken(): number {
    for (let index = this.head; index < this.bytes.length; index++) {
      const byte = this.bytes[index] ?? 0;
      if (BLANK.has(byte)) continue;
      this.head = index + 1;
      return byte;
    }
    this.atEnd();
    return 0;
  }

  private atEnd(): void {
    if (this.failure !== undefined) return;
    this.head = this.bytes.length;
    this.failure = END;
  }

  private readByte(): number {
    if (this.head < this.bytes.length) return this.bytes[this.head++] ?? 0;
    this.atEnd();
    return 0;
  }

  private unread(): void {
    if (this.failure === undefined) this.head--;
  }

  private expectRest(rest: string, operation: string): void {
    for (const letter of rest) {
      if (this.readByte() === letter.charCodeAt(0)) continue;
      this.report(operation, `expect ${rest}`);
      return;
    }
  }

  private expectNull(): void {
    this.expectRest('ull', 'skipThreeBytes');
  }

  /** ReadNil */
  readNull(): boolean {
    if (this.nextToken() === 0x6e) {
      this.expectNull();
      return true;
    }
    this.unread();
    return false;
  }

  /** ReadString */
  readString(): string {
    const byte = this.nextToken();
    if (byte === 0x6e) {
      this.expectNull();
      return '';
    }
    if (byte !== QUOTE) {
      this.report('ReadString', `expects " or n, but found ${character(byte)}`);
      return '';
    }
    const start = this.head;
    for (let index = start; index < this.bytes.length; index++) {
      const found = this.bytes[index] ?? 0;
      if (found === QUOTE) {
        this.head = index + 1;
        return Buffer.from(this.bytes.subarray(start, index)).toString('utf8');
      }
      if (found === BACKSLASH) break;
      if (found < 0x20) {
        this.report('ReadString', `invalid control character found: ${found}`);
        return '';
      }
    }
    return this.readEscapedString(start);
  }

  /** readStringSlowPath */
  private readEscapedString(start: number): string {
    while (this.failure === undefined) {
      const byte = this.readByte();
      if (byte === QUOTE) return unescaped(this.bytes.subarray(start, this.head - 1));
      if (byte === BACKSLASH) this.readEscape(this.readByte());
    }
    this.report('readStringSlowPath', 'unexpected end of input');
    return '';
  }

  private readEscape(byte: number): void {
    if (ESCAPES.has(byte)) return;
    if (byte !== 0x75) {
      this.report('readEscapedChar', 'invalid escape char after \\');
      return;
    }
    for (let digit = 0; digit < 4; digit++) {
      const found = this.readByte();
      if (this.failure !== undefined) return;
      if (isHex(found)) continue;
      this.report('readU4', `expects 0~9 or a~f, but found ${character(found)}`);
      return;
    }
  }

  /** ReadInt64 */
  readInteger(): void {
    let byte = this.nextToken();
    if (byte === 0x2d) byte = this.readByte();
    if (!isDigit(byte)) {
      // The original prints its own mark for what is no digit.
      this.report('readUint64', 'unexpected character: \xff');
      return;
    }
    if (byte !== 0x30) {
      const start = this.head - 1;
      while (isDigit(this.bytes[this.head] ?? 0)) this.head++;
      // What overflows is told at another place of the number.
      if (this.head - start > 18) this.inexact = true;
      if (this.head >= this.bytes.length) this.atEnd();
    }
    if (this.bytes[this.head] === 0x2e) this.report('assertInteger', 'can not decode float as int');
  }

  /** sliceDecoder */
  readSlice(type: string, element: (iterator: JsonIterator) => void): void {
    this.readElements(element);
    this.wrap(`${type}: `);
  }

  private readElements(element: (iterator: JsonIterator) => void): void {
    const first = this.nextToken();
    if (first === 0x6e) {
      this.expectNull();
      return;
    }
    if (first !== OPEN_LIST) {
      this.report('decode slice', `expect [ or n, but found ${character(first)}`);
      return;
    }
    if (this.nextToken() === CLOSE_LIST) return;
    this.unread();
    let byte: number;
    do {
      element(this);
      byte = this.nextToken();
    } while (byte === COMMA);
    if (byte !== CLOSE_LIST) this.report('decode slice', `expect ], but found ${character(byte)}`);
  }

  /** mapDecoder, with keys that are strings */
  readMap(element: (iterator: JsonIterator, key: string) => void): void {
    const first = this.nextToken();
    if (first === 0x6e) {
      this.expectNull();
      return;
    }
    if (first !== OPEN_OBJECT) {
      this.report('ReadMapCB', `expect { or n, but found ${character(first)}`);
      return;
    }
    if (this.nextToken() === CLOSE_OBJECT) return;
    this.unread();
    let byte: number;
    do {
      const key = this.readString();
      byte = this.nextToken();
      if (byte !== COLON) {
        this.report('ReadMapCB', `expect : after object field, but found ${character(byte)}`);
        return;
      }
      element(this, key);
      byte = this.nextToken();
    } while (byte === COMMA);
    if (byte !== CLOSE_OBJECT) this.report('ReadMapCB', `expect }, but found ${character(byte)}`);
  }

  /** generalStructDecoder: what more than ten fields get */
  readStruct(type: string, field: (iterator: JsonIterator, name: string) => void): void {
    if (!this.startsObject()) return;
    let byte: number;
    do {
      const name = this.readString();
      this.expectColon();
      field(this, name);
      byte = this.nextToken();
    } while (byte === COMMA);
    this.wrap(`${type}.`);
    if (byte !== CLOSE_OBJECT) this.report('struct Decode', `expect }, but found ${character(byte)}`);
  }

  /** threeFieldsStructDecoder and its kin */
  readSmallStruct(type: string, field: (iterator: JsonIterator, name: string) => void): void {
    if (!this.startsObject()) return;
    for (;;) {
      field(this, this.readFieldName());
      const byte = this.nextToken();
      if (byte === COMMA) continue;
      if (byte !== CLOSE_OBJECT) {
        this.report('isObjectEnd', `object ended prematurely, unexpected char ${character(byte)}`);
      }
      break;
    }
    this.wrap(`${type}.`);
  }

  /** readFieldHash */
  private readFieldName(): string {
    const refuse = (message: string): string => {
      this.report('readFieldHash', message);
      return '';
    };
    const first = this.nextToken();
    if (first !== QUOTE) return refuse(`expect ", but found ${character(first)}`);
    const start = this.head;
    const end = this.bytes.indexOf(QUOTE, start);
    const escape = this.bytes.indexOf(BACKSLASH, start);
    if (escape !== -1 && (end === -1 || escape < end)) {
      this.head = escape;
      const name = this.readEscapedString(start);
      const next = this.nextToken();
      return next === COLON ? name : refuse(`expect :, but found ${character(next)}`);
    }
    if (end === -1) {
      this.atEnd();
      return refuse('incomplete field name');
    }
    this.head = end + 1;
    const byte = this.nextToken();
    if (byte !== COLON) return refuse(`expect :, but found ${character(byte)}`);
    return Buffer.from(this.bytes.subarray(start, end)).toString('utf8');
  }

  /** readObjectStart */
  private startsObject(): boolean {
    const first = this.nextToken();
    if (first === OPEN_OBJECT) {
      if (this.nextToken() === CLOSE_OBJECT) return false;
      this.unread();
      return true;
    }
    if (first === 0x6e) this.expectNull();
    else this.report('readObjectStart', `expect { or n, but found ${character(first)}`);
    return false;
  }

  private expectColon(): void {
    const byte = this.nextToken();
    if (byte !== COLON)
      this.report('ReadObject', `expect : after object field, but found ${character(byte)}`);
  }

  /** unmarshalerDecoder of a time.Time */
  readTime(): void {
    this.nextToken();
    this.unread();
    const start = this.head;
    this.skip();
    const text = this.text(start, this.head);
    if (text === 'null') return;
    if (!/^".*"$/s.test(text)) {
      this.report('unmarshalerDecoder', 'Time.UnmarshalJSON: input is not a JSON string');
    } else if (!TIME.test(text) || Number.isNaN(Date.parse(text.slice(1, 20)))) {
      if (typeof this.failure !== 'string') this.inexact = true;
      this.report('unmarshalerDecoder', 'parsing time');
    }
  }

  /** Read: a value of any kind */
  readAny(): void {
    const byte = this.nextToken();
    this.unread();
    if (byte === OPEN_LIST) this.readListWith(() => this.readAny());
    else if (byte === OPEN_OBJECT) this.readObjectWith('ReadMapCB', () => this.readAny());
    else if (byte === QUOTE) this.readString();
    else if (byte === 0x2d || isDigit(byte)) this.readFloat();
    else if (byte === 0x6e) this.expectRest('null', 'skipFourBytes');
    else if (byte === 0x74 || byte === 0x66) this.readBoolean();
    else this.report('Read', 'unexpected value type: 0');
  }

  private readBoolean(): void {
    if (this.nextToken() === 0x74) this.expectRest('rue', 'skipThreeBytes');
    else this.expectRest('alse', 'skipFourBytes');
  }

  /** Skip: a value that no field takes */
  skip(): void {
    const byte = this.nextToken();
    switch (byte) {
      case QUOTE:
        this.skipString();
        return;
      case 0x6e:
        this.expectNull();
        return;
      case 0x74:
        this.expectRest('rue', 'skipThreeBytes');
        return;
      case 0x66:
        this.expectRest('alse', 'skipFourBytes');
        return;
      case OPEN_LIST:
        this.unread();
        this.readListWith(() => this.skip());
        return;
      case OPEN_OBJECT:
        this.unread();
        this.readObjectWith('ReadObject', () => this.skip());
        return;
    }
    if (byte !== 0x2d && !isDigit(byte)) {
      this.report('Skip', `do not know how to skip: ${byte}`);
      return;
    }
    if (byte !== 0x30 && this.skipDigits()) return;
    this.unread();
    if (byte === 0x30 || typeof this.failure !== 'string') this.readFloat();
  }

  /** trySkipNumber: digits up to what ends a number */
  private skipDigits(): boolean {
    const rest = this.text(this.head, this.head + LONGEST_NUMBER);
    const digits = /^\d*(?:\.\d+)?(?=[,\]} \t\n\r])/.exec(rest)?.[0] ?? '';
    const isDash = this.bytes[this.head - 1] === 0x2d;
    const isNumber = digits !== '' || (!isDash && /^[,\]} \t\n\r]/.test(rest));
    if (isNumber) this.head += digits.length;
    return isNumber && !(isDash && digits.startsWith('.'));
  }

  private skipString(): void {
    for (let index = this.head; index < this.bytes.length; index++) {
      const byte = this.bytes[index] ?? 0;
      if (byte === QUOTE) {
        this.head = index + 1;
        return;
      }
      if (byte === BACKSLASH) break;
      if (byte < 0x20) {
        this.report('trySkipString', `invalid control character found: ${byte}`);
        return;
      }
    }
    this.unread();
    this.readString();
  }

  /** ReadFloat64; what is no number is refused in words that are not followed. */
  private readFloat(): void {
    if (this.nextToken() !== 0x2d) this.unread();
    const rest = this.text(this.head, this.head + LONGEST_NUMBER);
    const number = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,\]} \t\n\r]|$)/.exec(rest)?.[0];
    if (number === undefined) {
      if (typeof this.failure !== 'string') this.inexact = true;
      this.report('readFloat64', 'invalid number');
      return;
    }
    this.head += number.length;
  }

  private opens(bracket: number, operation: string, name: string): boolean {
    const byte = this.nextToken();
    if (byte === bracket) return true;
    if (byte === 0x6e) this.expectNull();
    else this.report(operation, `expect ${name} or n, but found ${character(byte)}`);
    return false;
  }

  /** ReadArrayCB */
  private readListWith(element: () => void): void {
    if (!this.opens(OPEN_LIST, 'ReadArrayCB', '[')) return;
    if (this.nextToken() === CLOSE_LIST) return;
    this.unread();
    let byte: number;
    do {
      element();
      byte = this.nextToken();
    } while (byte === COMMA);
    if (byte !== CLOSE_LIST) this.report('ReadArrayCB', `expect ] in the end, but found ${character(byte)}`);
  }

  /** ReadObjectCB and ReadMapCB, which stop at a missing colon or not */
  private readObjectWith(operation: 'ReadObject' | 'ReadMapCB', element: () => void): void {
    const callback = operation === 'ReadObject' ? 'ReadObjectCB' : operation;
    if (!this.opens(OPEN_OBJECT, callback, '{')) return;
    let byte = this.nextToken();
    if (byte === CLOSE_OBJECT) return;
    if (byte !== QUOTE) {
      this.report(callback, `expect " after {, but found ${character(byte)}`);
      return;
    }
    this.unread();
    do {
      const before = byte;
      this.readString();
      byte = this.nextToken();
      if (byte !== COLON) {
        const found = operation === 'ReadObject' ? byte : before;
        this.report(operation, `expect : after object field, but found ${character(found)}`);
        if (operation === 'ReadMapCB') return;
      }
      element();
      byte = this.nextToken();
    } while (byte === COMMA);
    if (byte !== CLOSE_OBJECT) this.report(callback, 'object not ended with }');
  }
}

/** The text of a string that holds escapes; one that JSON.parse does not take counts as empty. */
function unescaped(bytes: Uint8Array): string {
  try {
    const value: unknown = JSON.parse(
      `"${Buffer.from(bytes)
        .toString('utf8')
        .replace(/[\0-\x1f]/g, ' ')}"`,
    );
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
