/** Names that a reader could take for something else, each of them possible in a path. */
export const HOSTILE_NAMES: Readonly<Record<string, string>> = {
  blanks: '  a   b ',
  quotes: `it's "mine"`,
  shell: '$(touch x)`id`;&|<>*?[a]{b,c}!1~#%n%%',
  backslashes: String.raw`a\b\\n\x41\u0041`,
  dollar: '$HOME${IFS}$$',
  'no-break space': 'a\u00a0b',
  'right-to-left override': 'a\u202eb',
  'zero width': 'a\u200bb\ufeff',
  'invisible letter': 'a\u3164b\u115f',
  'line separators': 'a\u2028b\u2029c',
  DEL: 'a\u007fb',
  'C1 control sequence': 'a\u009b31mb\u0085',
  'escape sequence': 'a\u001b[31mb\u001b]0;t\u0007',
  'newline and tab': 'a\nb\tc\r\n\nd',
  'newline before an apostrophe': "a\n'b",
  accents: 'é\u0301ü',
  'other scripts': '世界 עברית',
  'above U+FFFF': '\u{1f600}\u{e0041}',
};

/** Names whose bytes no command of a shell can be given for. */
export const UNWRITABLE_NAMES: Readonly<Record<string, string>> = {
  'newline at the end': 'a\n',
  'bytes that were not UTF-8': 'a\ufffdb',
  'half a surrogate pair': 'a\ud800',
};
