import { escapeControls } from './escape.js';
import { isExact, unwritableIn } from './unwritable.js';

/** A line of what to do. The rule that writes it says how its reader takes it. */
export interface AdviceLine {
  /** `text` is read by a person, `command` is pasted into a shell, `file` is a line to write into a file. */
  readonly kind: 'text' | 'command' | 'file';
  readonly line: string;
}

/** For a person; it is broken where a line is full. */
export const sentence = (line: string): AdviceLine => ({ kind: 'text', line });

/** For a shell, as it is; every name in it is quoted with shellWord. */
export const command = (line: string): AdviceLine => ({ kind: 'command', line });

/** A line of a file, as it is. */
export const fileLine = (line: string): AdviceLine => ({ kind: 'file', line });

/**
 * The lines with a sentence that gives the reason in place of a command that a name cannot be written in, and of a
 * line of a file that a terminal cannot show as it is.
 */
export function withoutUnwritable(lines: readonly AdviceLine[]): readonly AdviceLine[] {
  const printed = lines.map((line) => refusalOf(line) ?? line);
  return printed.filter((line, index) => line === lines[index] || line.line !== printed[index - 1]?.line);
}

function refusalOf({ kind, line }: AdviceLine): AdviceLine | undefined {
  const found = unwritableIn(line);
  if (found !== undefined) {
    const what = kind === 'file' ? 'line' : 'command';
    return sentence(`No ${what} is given for "${found.name}", because ${found.why}.`);
  }
  const shown = escapeControls(line);
  return kind === 'file' && (shown !== line || !isExact(line))
    ? sentence(`No line is given for "${shown}", because a terminal cannot show it as it is.`)
    : undefined;
}
