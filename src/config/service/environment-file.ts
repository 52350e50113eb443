const NEWLINES = '\n\r';
const WHITESPACE = ' \t\n\r';
const COMMENTS = '#;';
/** Characters from which a backslash between double quotes is taken away. */
const SHELL_ESCAPES = '"\\`$';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

type State =
  'before key' | 'key' | 'before value' | 'value' | 'escape' | 'single' | 'double' | 'double escape';

/**
 * Reads an EnvironmentFile= (src/basic/env-file.c load_env_file): quotes of both kinds, pieces that stand
 * side by side, continuation lines, comments at the beginning of a line.
 *
 * @returns `undefined` when versions of systemd read the text in different ways
 */
export function parseEnvironmentFile(text: string): Map<string, string> | undefined {
  // A comment that ends in a backslash went on in the next line until systemd 254.
  if (/^[ \t]*[#;][^\n\r]*\\(?:\r|\n|$)/m.test(text)) return undefined;
  const variables = new Map<string, string>();
  let state: State = 'before key';
  let key = '';
  let value = '';
  let trailing = '';
  const finish = (): void => {
    const name = key.trimEnd();
    if (NAME.test(name)) variables.set(name, value);
    key = '';
    value = '';
    trailing = '';
    state = 'before key';
  };
  let index = 0;
  while (index < text.length) {
    const character = text.charAt(index++);
    switch (state) {
      case 'before key':
        if (COMMENTS.includes(character)) {
          while (index < text.length && !NEWLINES.includes(text.charAt(index))) index++;
        } else if (!WHITESPACE.includes(character)) {
          key = character;
          state = 'key';
        }
        break;
      case 'key':
        if (NEWLINES.includes(character)) state = 'before key';
        else if (character === '=') state = 'before value';
        else key += character;
        break;
      case 'before value':
      case 'value':
        if (NEWLINES.includes(character)) finish();
        else if (character === '\\') {
          value += trailing;
          trailing = '';
          state = 'escape';
        } else if (state === 'before value' && character === "'") state = 'single';
        else if (state === 'before value' && character === '"') state = 'double';
        else if (WHITESPACE.includes(character)) {
          // Blanks at the end of a value are dropped, between its words they stay.
          if (state === 'value') trailing += character;
        } else {
          value += trailing + character;
          trailing = '';
          state = 'value';
        }
        break;
      case 'escape':
        if (!NEWLINES.includes(character)) value += character;
        state = 'value';
        break;
      case 'single':
        if (character === "'") state = 'before value';
        else value += character;
        break;
      case 'double':
        if (character === '"') state = 'before value';
        else if (character === '\\') state = 'double escape';
        else value += character;
        break;
      case 'double escape':
        if (SHELL_ESCAPES.includes(character)) value += character;
        else if (character !== '\n') value += `\\${character}`;
        state = 'double';
        break;
    }
  }
  if (state !== 'before key' && state !== 'key') finish();
  return variables;
}
