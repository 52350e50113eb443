import type { AdviceLine } from '../../text/advice-line.js';
import { escapeControls, wrap } from '../../text/wrap.js';

/**
 * What to do, for a reader: sentences, broken where a line is full, and under them the commands and the
 * lines of files, which are never broken: they must stay whole, to be pasted.
 */
export function adviceLines(remedy: readonly AdviceLine[], indent: string, columns: number): string[] {
  return remedy.flatMap(({ kind, line }) => {
    switch (kind) {
      case 'text':
        return wrap(line, indent, columns);
      case 'command':
        return [`${indent}  ${escapeControls(line)}`];
      case 'file':
        return [`${indent}    ${escapeControls(line)}`];
    }
  });
}
