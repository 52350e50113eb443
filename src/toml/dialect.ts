/** What distinguishes the versions of BurntSushi/toml as far as a configuration file can show it. */
export interface TomlDialect {
  /** TOML 1.1: `\e`, `\xHH`, newlines and trailing commas in inline tables, times without seconds. */
  readonly toml11: boolean;
  /** Letters beyond ASCII in bare keys, as a draft of TOML 1.1 had them (lex.go isBareKeyChar). */
  readonly letterKeys: boolean;
  /** A key given twice is accepted without a warning when one of the two values is an array; the last one wins. */
  readonly arraysMayRepeat: boolean;
  /** A literal U+FFFD counts as a decoding error (lexer.next compared only the rune). */
  readonly refusesReplacementCharacter: boolean;
  /** The hour of a date or time may have one digit. */
  readonly oneDigitHours: boolean;
  /** Errors at the end of a line or of the file name this line (lexer.errorf, errorPrevLine). */
  readonly countsLineOfNewline: boolean;
  readonly hexadecimal: 'hexidecimal' | 'hexadecimal';
  /** What messages call the empty interface. */
  readonly anyType: 'any' | 'interface {}';
  readonly datetimeWords: 'invalid datetime' | 'Invalid TOML Datetime';
}

/** The rules of toml 1.6.0, by which crio-guard's own files are read too. */
export const TOML_1_6: TomlDialect = {
  toml11: true,
  letterKeys: false,
  arraysMayRepeat: false,
  refusesReplacementCharacter: false,
  oneDigitHours: false,
  countsLineOfNewline: true,
  hexadecimal: 'hexadecimal',
  anyType: 'any',
  datetimeWords: 'invalid datetime',
};
