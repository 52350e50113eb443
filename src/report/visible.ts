/**
 * Replaces by escapes what a name could do to a report with: control characters, which forge lines and
 * steer terminals, and the marks that reverse the direction of writing. A half surrogate becomes U+FFFD,
 * as it would on its way to UTF-8.
 */
export function visible(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escape)
    .replace(/\p{Cs}/gu, '\ufffd');
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function escape(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits}`);
}
