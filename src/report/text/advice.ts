import { escapeControls, wrap } from '../../text/wrap.js';

/** A sentence begins with a capital, or leads up to the commands after it. */
const SENTENCE = /^[A-Z][\w'-]*,? |[.:]$/;

/** These words begin no command. */
const ABOUT_SETTING = /^(?:graphroot|runroot|root) is set by /;

export const isSentence = (line: string): boolean => SENTENCE.test(line);

/**
 * What to do, for a reader: sentences, broken where a line is full, and under them the commands and the
 * lines of files, which are never broken: they must stay whole, to be pasted.
 */
export function adviceLines(remedy: readonly string[], indent: string, columns: number): string[] {
  return remedy.flatMap((line) => {
    if (!isSentence(line)) return [`${indent}  ${escapeControls(line)}`];
    // What begins with a small letter could still be a command, with a name that ends like a sentence.
    const isWhole = /^[a-z]/.test(line) && !ABOUT_SETTING.test(line);
    return isWhole ? [indent + escapeControls(line)] : wrap(line, indent, columns);
  });
}
