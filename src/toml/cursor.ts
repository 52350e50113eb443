import { goQuoteRune } from '../text/go-text.js';
import type { TomlDialect } from './dialect.js';

/** The end of the file, as a character. */
export const END = -1;
/** A character that must not stand in a file, or anything after a refusal. */
export const FAILED = -2;

export const code = (character: string): number => character.codePointAt(0) ?? 0;
const NEWLINE = code('\n');

export const isBlank = (character: number): boolean => character === 0x20 || character === 0x09;
export const isNewline = (character: number): boolean => character === NEWLINE || character === 0x0d;
export const isSpace = (character: number): boolean => isBlank(character) || isNewline(character);
export const isDigit = (character: number): boolean => character >= 0x30 && character <= 0x39;
export const isHexadecimal = (character: number): boolean =>
  isDigit(character) || ((character | 0x20) >= 0x61 && (character | 0x20) <= 0x66);
export const isBare = (character: number): boolean =>
  isDigit(character) ||
  ((character | 0x20) >= 0x61 && (character | 0x20) <= 0x7a) ||
  character === 0x5f ||
  character === 0x2d;

/** Ranges beyond ASCII that a draft of TOML 1.1 allowed in bare keys. */
const LETTERS =
  /[\xb2\xb3\xb9\xbc-\xbe\xc0-\xd6\xd8-\xf6\xf8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f\u2460-\u24ff\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}]/u;
export const isBareOrLetter = (character: number): boolean =>
  isBare(character) || (character > 0x7f && LETTERS.test(String.fromCodePoint(character)));

/** A character as Go's %q prints it; the end of the file prints as NUL. */
export const shown = (character: number): string =>
  goQuoteRune(character < 0 ? '\0' : String.fromCodePoint(character));

/** The first character of a text that BurntSushi refuses wherever it stands (lexer.next). */
export interface ForbiddenCharacter {
  readonly at: number;
  readonly words: string;
}

export interface CursorFailure {
  readonly line: number;
  readonly words: string;
}

/**
 * Walks over a text one character at a time and counts lines as BurntSushi's lexer does, which includes
 * where it counts wrong: its messages are compared with ours. The first failure stays; after it every
 * character reads as {@link FAILED}, so that readers need not look at each step.
 */
export class TomlCursor {
  position = 0;
  line = 1;
  failure: CursorFailure | undefined;
  private ended = false;

  constructor(
    readonly text: string,
    readonly dialect: TomlDialect,
    private readonly forbidden: ForbiddenCharacter | undefined,
  ) {}

  hasFailed(): boolean {
    return this.failure !== undefined;
  }

  next(): number {
    if (this.failure !== undefined) return FAILED;
    const character = this.text.codePointAt(this.position);
    if (character === undefined) {
      this.ended = true;
      return END;
    }
    if (this.position === this.forbidden?.at) {
      this.fail(this.forbidden.words);
      return FAILED;
    }
    if (character === NEWLINE) this.line++;
    this.position += character > 0xffff ? 2 : 1;
    return character;
  }

  /** Takes back the character that {@link next} gave last. */
  back(): void {
    if (this.ended || this.failure !== undefined) {
      this.ended = false;
      return;
    }
    const before = this.text.codePointAt(this.position - 2);
    this.position -= before !== undefined && before > 0xffff ? 2 : 1;
    if (this.text.charCodeAt(this.position) === NEWLINE) this.line--;
  }

  peek(): number {
    const character = this.next();
    this.back();
    return character;
  }

  /** Steps over the character when it is the one. */
  accept(character: string): boolean {
    if (this.next() === code(character)) return true;
    this.back();
    return false;
  }

  skip(matches: (character: number) => boolean): void {
    while (matches(this.next())) continue;
    this.back();
  }

  /** Refuses the text here (lexer.errorf). */
  fail(words: string): void {
    const beyond =
      this.ended &&
      (!this.dialect.countsLineOfNewline || this.text.charCodeAt(this.position - 1) === NEWLINE);
    this.failAt(beyond ? this.line - 1 : this.line, words);
  }

  /** Refuses the text on the line before (lexer.errorPrevLine). */
  failBefore(words: string): void {
    this.failAt(this.line - 1, words);
  }

  /** Refuses the text here, or on the line before at its end (lexer.error). */
  failCharacter(words: string): void {
    this.failAt(this.ended ? this.line - 1 : this.line, words);
  }

  failAt(line: number, words: string): void {
    this.failure ??= { line, words };
  }
}
