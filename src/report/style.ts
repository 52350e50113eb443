import type { Severity } from '../rules/rule.js';
import type { Verdict } from './report.js';
import type { TreeMark } from './storage-tree.js';

/** How words stand out on a terminal; everywhere else they do not. */
export interface Style {
  verdict(verdict: Verdict, word: string): string;
  severity(severity: Severity, word: string): string;
  difference(line: string): string;
  mark(marks: readonly TreeMark[], note: string): string;
}

export const plain: Style = {
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
  verdict: (verdict, word) => paint(OF_VERDICT[verdict], word),
  severity: (severity, word) => paint(OF_SEVERITY[severity], word),
  difference: (line) =>
    line.startsWith('+') ? paint(GREEN, line) : line.startsWith('-') ? paint(RED, line) : line,
  mark: (marks, note) => paint(OF_MARK.find(([mark]) => marks.includes(mark))?.[1] ?? CYAN, note),
};
