import { BLANKS } from './bytes.js';

/** io.EOF, which json-iterator keeps apart from its own errors. */
const END = Symbol('EOF');

/** The byte as it stands in the words; they are kept as Latin-1 until they are whole. */
export const character = (byte: number): string => String.fromCharCode(byte);

/**
 * The place in the text, and the first error. Like json-iterator it goes on after an error, and every decoder
 * that it then comes through puts its name before the words.
 */
export class JsonCursor {
  protected head = 0;
  protected failure: string | typeof END | undefined;
  /** Set where the words are those of Go's own library, which are not followed. */
  protected inexact = false;

  constructor(protected readonly bytes: Uint8Array) {}

  /** What was refused, in its words; whether they are exact. */
  protected result(): { error?: string; exact: boolean } {
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

  /** The same in words of Go's own library, which are not followed. */
  protected reportInexactly(operation: string, message: string): void {
    if (typeof this.failure !== 'string') this.inexact = true;
    this.report(operation, message);
  }

  protected text(start: number, end: number): string {
    return Buffer.from(this.bytes.subarray(start, end)).toString('latin1');
  }

  /** The next byte that is no blank; 0 at the end. */
  nextToken(): number {
    for (let index = this.head; index < this.bytes.length; index++) {
      const byte = this.bytes[index] ?? 0;
      if (BLANKS.has(byte)) continue;
      this.head = index + 1;
      return byte;
    }
    this.atEnd();
    return 0;
  }

  protected atEnd(): void {
    if (this.failure !== undefined) return;
    this.head = this.bytes.length;
    this.failure = END;
  }

  protected readByte(): number {
    if (this.head < this.bytes.length) return this.bytes[this.head++] ?? 0;
    this.atEnd();
    return 0;
  }

  protected unread(): void {
    if (this.failure === undefined) this.head--;
  }

  protected expectRest(rest: string, operation: string): void {
    for (const letter of rest) {
      if (this.readByte() === letter.charCodeAt(0)) continue;
      this.report(operation, `expect ${rest}`);
      return;
    }
  }

  protected expectNull(): void {
    this.expectRest('ull', 'skipThreeBytes');
  }
}
