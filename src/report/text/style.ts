import type { Severity } from '../../rules/rule.js';
import type { Verdict } from '../../check/verdict.js';
import type { TreeMark } from '../../check/storage-tree.js';
import { COLUMNS } from '../../text/wrap.js';

/** How a text looks on the terminal it is printed to. */
export interface Style {
  /** Columns that lines are broken for. */
  readonly columns: number;
  /** What stands before the last directory of its parent, and before another one. */
  readonly branches: readonly [last: string, more: string];
  verdict(verdict: Verdict, word: string): string;
  severity(severity: Severity, word: string): string;
  difference(line: string): string;
  mark(marks: readonly TreeMark[], note: string): string;
}

const DRAWN = ['\u2514\u2500 ', '\u251c\u2500 '] as const;
const TYPED = ['`- ', '|- '] as const;

export const plain: Style = {
  columns: COLUMNS,
  branches: DRAWN,
  verdict: (_, word) => word,
  severity: (_, word) => word,
  difference: (line) => line,
  mark: (_, note) => note,
};

const RED = '31';
const GREEN = '32';
const YELLOW = '33';
const CYAN = '36';

const paint = (color: string, word: string): string => `\u001b[1;${color}m${word}\u001b[0m`;

const OF_VERDICT: Readonly<Record<Verdict, string>> = {
  ok: GREEN,
  warning: YELLOW,
  error: RED,
  unknown: YELLOW,
};

const OF_SEVERITY: Readonly<Record<Severity, string>> = { error: RED, warning: YELLOW, info: CYAN };

/** What is wrong stands out first. */
const OF_MARK: readonly (readonly [TreeMark, string])[] = [
  ['unmounted', YELLOW],
  ['looked-at', YELLOW],
  ['layers', GREEN],
];

export const colored: Style = {
  ...plain,
  verdict: (verdict, word) => paint(OF_VERDICT[verdict], word),
  severity: (severity, word) => paint(OF_SEVERITY[severity], word),
  difference: (line) =>
    line.startsWith('+') ? paint(GREEN, line) : line.startsWith('-') ? paint(RED, line) : line,
  mark: (marks, note) => paint(OF_MARK.find(([mark]) => marks.includes(mark))?.[1] ?? CYAN, note),
};

/** Narrower than this, nothing can be laid out. */
const LEAST_COLUMNS = 40;

/**
 * Colour only on a terminal that has it and without NO_COLOR (no-color.org); lines no longer than
 * the terminal is wide; a tree of plain characters where the locale has no others.
 *
 * @param columns of standard output; undefined when it is no terminal, 0 when the terminal does not say
 */
export function styleFor(
  environment: Readonly<Record<string, string | undefined>>,
  columns: number | undefined,
): Style {
  const { NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG } = environment;
  const hasColor = columns !== undefined && !NO_COLOR && TERM !== 'dumb';
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return {
    ...(hasColor ? colored : plain),
    columns: columns ? Math.min(COLUMNS, Math.max(LEAST_COLUMNS, columns)) : COLUMNS,
    branches: /utf-?8/i.test(locale) ? DRAWN : TYPED,
  };
}
