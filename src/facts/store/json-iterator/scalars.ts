import { BACKSLASH, isDigit, QUOTE } from './bytes.js';
import { character, JsonCursor } from './cursor.js';

const ESCAPES = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));
const isHex = (byte: number): boolean => /[0-9a-fA-F]/.test(String.fromCharCode(byte));

/** Bytes that are looked at for a number; a whole file each time would take a store with many images its seconds. */
const LONGEST_NUMBER = 400;

/** Strings, numbers and words. */
export class JsonScalars extends JsonCursor {
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
  protected readEscapedString(start: number): string {
    while (this.failure === undefined) {
      const byte = this.readByte();
      if (byte === QUOTE) return unescaped(this.bytes.subarray(start, this.head - 1));
      if (byte === BACKSLASH) this.readEscape(this.readByte());
    }
    this.report('readStringSlowPath', 'unexpected end of input');
    return '';
  }

  protected readEscape(byte: number): void {
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

  protected skipString(): void {
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

  /** ReadFloat64; what is no number is refused in words that are not followed. */
  protected readFloat(): void {
    if (this.nextToken() !== 0x2d) this.unread();
    const rest = this.text(this.head, this.head + LONGEST_NUMBER);
    const number = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,\]} \t\n\r]|$)/.exec(rest)?.[0];
    if (number === undefined) {
      this.reportInexactly('readFloat64', 'invalid number');
      return;
    }
    this.head += number.length;
  }

  /** trySkipNumber: digits up to what ends a number */
  protected skipDigits(): boolean {
    const rest = this.text(this.head, this.head + LONGEST_NUMBER);
    const digits = /^\d*(?:\.\d+)?(?=[,\]} \t\n\r])/.exec(rest)?.[0] ?? '';
    const isDash = this.bytes[this.head - 1] === 0x2d;
    const isNumber = digits !== '' || (!isDash && /^[,\]} \t\n\r]/.test(rest));
    if (isNumber) this.head += digits.length;
    return isNumber && !(isDash && digits.startsWith('.'));
  }

  protected readBoolean(): void {
    if (this.nextToken() === 0x74) this.expectRest('rue', 'skipThreeBytes');
    else this.expectRest('alse', 'skipFourBytes');
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
