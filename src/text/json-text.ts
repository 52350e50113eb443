import { replaceUnseen, wellFormed } from './escape.js';

/**
 * A value as JSON, by default with an indent. Characters that a terminal would obey or hide are escaped; they can
 * stand in strings only, so that a parser reads the same value.
 */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent);
  return `${text.split('\n').map(escapeLine).join('\n')}\n`;
}

function escapeLine(line: string): string {
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  return wellFormed(replaceUnseen(line, escape));
}

/** The halves of a surrogate pair, each on its own, for what lies above U+FFFF. */
function escape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
