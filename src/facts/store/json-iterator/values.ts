import { CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, isDigit, OPEN_LIST, OPEN_OBJECT, QUOTE } from './bytes.js';
import { character } from './cursor.js';
import { JsonScalars } from './scalars.js';

const TIME = /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"$/;

/** Values that are read for no field of a known type. */
export class JsonValues extends JsonScalars {
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
      this.reportInexactly('unmarshalerDecoder', 'parsing time');
    }
  }

  protected opens(bracket: number, operation: string, name: string): boolean {
    const byte = this.nextToken();
    if (byte === bracket) return true;
    if (byte === 0x6e) this.expectNull();
    else this.report(operation, `expect ${name} or n, but found ${character(byte)}`);
    return false;
  }

  /** ReadArrayCB */
  protected readListWith(element: () => void): void {
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
  protected readObjectWith(operation: 'ReadObject' | 'ReadMapCB', element: () => void): void {
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
