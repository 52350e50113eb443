import { lazyCharacterClass } from './unicode-class.js';

/**
 * Replaces by escapes what a name could do to a report with: control characters, which forge lines and
 * steer terminals, marks that reverse the direction of writing, and what cannot be seen at all, such as a
 * zero-width or no-break space that was pasted into a path. A half surrogate becomes U+FFFD, as it would on
 * its way to UTF-8.
 */
export function escapeControls(text: string): string {
  // Almost every text there is.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .replace(/[^\x20-\x7e]/gu, (character) => (isUnseen(character) ? escape(character) : character))
    .replace(/[\ud800-\udfff]/gu, '\ufffd');
}

const isUnseen = lazyCharacterClass('[\\p{Cc}\\p{Cf}\\p{Z}]');

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return NAMED[character] ?? `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
