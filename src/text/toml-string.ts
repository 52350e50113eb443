import { replaceUnseen } from './escape.js';
import { isExact } from './unwritable.js';

/**
 * A basic string of TOML, as CRI-O's reader takes it. Characters that cannot be seen are escaped: TOML forbids
 * control characters, and the others do not survive a terminal or an editor.
 *
 * @returns undefined for a name whose bytes are not known
 */
export function tomlString(text: string): string | undefined {
  if (!isExact(text)) return undefined;
  return `"${replaceUnseen(text.replace(/["\\]/g, '\\$&'), escape)}"`;
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
