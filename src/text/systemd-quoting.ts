import { isExact } from './unwritable.js';

// Values in files that systemd reads. Each function returns undefined for what its reader would not take.

/** A comment in a file that systemd or CRI-O reads: why the file is there. */
export function commentLines(reason: readonly string[]): string[] {
  // A backslash at the end would make the comment go on in the next line (systemd before 254).
  return reason.map((line) => `# ${line.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').replace(/\\+$/, '')}`);
}

/**
 * A word of a setting that is unquoted and unescaped, such as RequiresMountsFor= or Environment=: quotes hold
 * blanks together, a backslash takes the meaning from the next character, and % begins a specifier
 * (systemd.syntax(7), extract_first_word).
 */
export function unitWord(text: string): string | undefined {
  if (/\p{Cc}/u.test(text) || !isExact(text)) return undefined;
  const plain = text.replace(/%/g, '%%');
  return /^[\w./:=@%+,-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * The name of a unit in After= or Requires=. systemd keeps the backslashes of `srv-a\x2db.mount` there
 * (config_parse_unit_deps, EXTRACT_RETAIN_ESCAPE), and takes a name with a doubled one for invalid.
 */
export function unitName(name: string): string | undefined {
  return /^[\w:.\\@-]+$/.test(name) ? name : undefined;
}

/**
 * A value in an EnvironmentFile=. In double quotes a backslash is removed before these four characters alone
 * (src/basic/env-file.c). systemd ignores a variable with control characters (env_value_is_valid).
 */
export function environmentFileValue(value: string): string | undefined {
  if (/\p{Cc}/u.test(value) || !isExact(value)) return undefined;
  return /^[\w./:=@%+,-]*$/.test(value) ? value : `"${value.replace(/["\\`$]/g, '\\$&')}"`;
}

/** The unit of a mount. systemd-escape --path: slashes become dashes, and what is not plain becomes \xNN. */
export function mountUnit(mountpoint: string): string {
  const path = mountpoint.replace(/^\/+/, '');
  const escaped = Array.from(Buffer.from(path, 'utf8'), (byte, index) => {
    const character = String.fromCharCode(byte);
    if (character === '/') return '-';
    const isPlain = /[\w:.]/.test(character) && !(index === 0 && character === '.');
    return isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `${escaped.join('')}.mount`;
}
