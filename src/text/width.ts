import { lazyCharacterClass } from './unicode-class.js';

/** Columns a terminal gives to a text (wcwidth), for names in any script. */
export function displayWidth(text: string): number {
  // Almost every text there is.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Fills up with blanks to so many columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= BOX_DRAWING[0] && code <= BOX_DRAWING[1]) return 1;
  if (takesNoColumn(character)) return 0;
  if (isEmoji(character)) return 2;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

const takesNoColumn = lazyCharacterClass('[\\p{Mn}\\p{Me}\\p{Cf}\\u1160-\\u11ff]');
const isEmoji = lazyCharacterClass('\\p{Emoji_Presentation}');

/** What trees are drawn with: most texts hold nothing else that is not ASCII. */
const BOX_DRAWING = [0x2500, 0x257f] as const;

/** East Asian Wide and Fullwidth (Unicode TR 11) beside the emoji, in whole blocks. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];
