/**
 * Whether a character is of a class of Unicode, such as `\p{L}`. V8 goes through all of Unicode to parse one,
 * even in a literal that is never used: it is made when it is needed, and once.
 */
export function lazyCharacterClass(characters: string): (character: string) => boolean {
  let made: RegExp | undefined;
  return (character) => (made ??= new RegExp(`^${characters}$`, 'u')).test(character);
}
