/**
 * What tells the versions of BurntSushi/toml apart as far as a configuration file can see it. CRI-O 1.31
 * has 1.4.0 and CRI-O 1.36 has 1.6.0, both measured; the others are read in their source.
 */
export interface TomlDialect {
  readonly library: '1.3' | '1.4' | '1.5' | '1.6';
  /** TOML 1.1: `\e`, `\xHH`, newlines and trailing commas in inline tables, times without seconds. */
  readonly toml11: boolean;
  /** A key given twice is taken without a word when one of the two values is an array; the later wins. */
  readonly arraysMayRepeat: boolean | 'unknown';
  /** A literal U+FFFD is taken for a decoding error (lexer.next compared the rune alone). */
  readonly refusesReplacementCharacter: boolean | 'unknown';
  /** Errors at a line's end or the file's end are counted as 1.6 does (lexer.errorf, errorPrevLine). */
  readonly countsLineOfNewline: boolean;
  readonly hexadecimal: 'hexidecimal' | 'hexadecimal';
  /** The words of refusals are known to the letter. */
  readonly measured: boolean;
}

const before16 = {
  toml11: false,
  arraysMayRepeat: true,
  refusesReplacementCharacter: true,
  countsLineOfNewline: false,
  hexadecimal: 'hexidecimal',
} as const;

export const TOML_1_3: TomlDialect = { library: '1.3', ...before16, measured: false };
export const TOML_1_4: TomlDialect = { library: '1.4', ...before16, measured: true };
/** When 1.5 changed what 1.4 and 1.6 do differently is not known. */
export const TOML_1_5: TomlDialect = {
  library: '1.5',
  ...before16,
  arraysMayRepeat: 'unknown',
  refusesReplacementCharacter: 'unknown',
  measured: false,
};
export const TOML_1_6: TomlDialect = {
  library: '1.6',
  toml11: true,
  arraysMayRepeat: false,
  refusesReplacementCharacter: false,
  countsLineOfNewline: true,
  hexadecimal: 'hexadecimal',
  measured: true,
};
