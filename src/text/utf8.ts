import { isAscii, isUtf8 } from 'node:buffer';

// Not TextDecoder: each of these costs a fraction of making one, and every start decodes some dozens of small files.

const BYTE_ORDER_MARK = '\ufeff';

/** What is not UTF-8 becomes U+FFFD; a byte order mark stays. */
export function decodeLossy(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Most texts are ASCII. V8 takes twenty times as long to read half a megabyte of them as UTF-8.
  return buffer.toString(isAscii(buffer) ? 'latin1' : 'utf8');
}

/** The text of a file: what is not UTF-8 becomes U+FFFD, and a byte order mark at its beginning is left out. */
export function decodeText(bytes: Uint8Array): string {
  const text = decodeLossy(bytes);
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Nothing is altered, a byte order mark included. @returns undefined when it is not UTF-8 */
export const decodeStrict = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? decodeLossy(bytes) : undefined;
