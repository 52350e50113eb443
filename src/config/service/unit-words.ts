// How systemd splits, expands and prints words.

const BLANKS = ' \t\n\r';

/**
 * Splits as extract_first_word does with EXTRACT_UNQUOTE and EXTRACT_RELAX: quotes hold blanks together and
 * go away, a backslash lets the next character stand for itself, an open quote ends with the text.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') {
      index++;
      word = (word ?? '') + text.charAt(index);
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (BLANKS.includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * Expands variables in a command line (src/basic/env-util.c replace_env_argv): a word `$NAME` becomes the
 * words of its value, none if it is not set; `${NAME}` anywhere becomes its value as it is; `$$` is a dollar.
 */
export function expandArguments(
  words: readonly string[],
  environment: ReadonlyMap<string, string>,
): string[] {
  return words.flatMap((word) => {
    if (/^\$[^${]/.test(word)) return splitWords(environment.get(word.slice(1)) ?? '');
    return [word.replace(/\$\$|\$\{([^}]*)\}/g, (whole, name?: string) => {
      return name === undefined ? '$' : (environment.get(name) ?? '');
    })]; // prettier-ignore
  });
}

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/**
 * Reads words that systemctl prints with shell_maybe_quote: bare, in double quotes, or as `$'…'`.
 *
 * @returns `undefined` for a form that systemctl does not print
 */
export function parseQuotedWords(line: string): string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const quoted = /^(?:(\$?)'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)")(?=\s|$)/.exec(rest);
    if (quoted !== null) {
      const inner = quoted[2] ?? quoted[3] ?? '';
      const value = unescape(inner);
      if (value === undefined) return undefined;
      words.push(value);
      rest = rest.slice(quoted[0].length).trimStart();
      continue;
    }
    const bare = /^[^\s"'\\]+(?=\s|$)/.exec(rest);
    if (bare === null) return undefined;
    words.push(bare[0]);
    rest = rest.slice(bare[0].length).trimStart();
  }
  return words;
}

function unescape(text: string): string | undefined {
  const unknown: string[] = [];
  const result = text.replace(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([\s\S]))/g,
    (whole: string, hexadecimal?: string, octal?: string, letter?: string) => {
      const code =
        hexadecimal === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(hexadecimal, 16);
      if (letter !== undefined) return LETTERS[letter] ?? letter;
      // Bytes above 0x7f are parts of characters that are printed as they are.
      if (code > 0x7f) unknown.push(whole);
      return String.fromCharCode(code);
    },
  );
  return unknown.length === 0 ? result : undefined;
}

/** `NAME=value` words as a map; the later one wins. */
export function assignments(words: readonly string[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) variables.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return variables;
}
