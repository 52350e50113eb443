import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE } from './bytes.js';
import { character } from './cursor.js';
import { JsonValues } from './values.js';

/**
 * Reads JSON the way json-iterator 1.1.12 does for containers/storage, as far as its errors go: which error
 * comes first, at which byte, and in which words.
 */
export class JsonIterator extends JsonValues {
  /** Unmarshal: one value, and nothing behind it. */
  unmarshal(decode: (iterator: JsonIterator) => void): { error?: string; exact: boolean } {
    decode(this);
    if (this.nextToken() !== 0) this.report('Unmarshal', 'there are bytes left after unmarshal');
    return this.result();
  }

  /** sliceDecoder */
  readSlice(type: string, element: (iterator: JsonIterator) => void): void {
    this.readElements(element);
    this.wrap(`${type}: `);
  }

  protected readElements(element: (iterator: JsonIterator) => void): void {
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
  protected readFieldName(): string {
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
  protected startsObject(): boolean {
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

  protected expectColon(): void {
    const byte = this.nextToken();
    if (byte !== COLON)
      this.report('ReadObject', `expect : after object field, but found ${character(byte)}`);
  }
}
