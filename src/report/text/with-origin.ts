import { describeOrigin, type Origin } from '../../config/origin.js';
import { displayWidth } from '../../text/width.js';
import { wrap } from '../../text/wrap.js';

/** Where a value comes from, below the line of the value. */
export const originBelow = (origin: Origin, indent: string, columns: number): readonly string[] =>
  wrap(describeOrigin(origin), indent, columns, `${indent}from `);

/** A line with where its value comes from, on the same line where that fits. */
export function withOrigin(line: string, origin: Origin, indent: string, columns: number): readonly string[] {
  const [from = '', ...more] = originBelow(origin, '', columns);
  const isShort = more.length === 0 && displayWidth(line) + displayWidth(from) + 2 <= columns;
  return isShort ? [`${line}  ${from}`] : [line, ...originBelow(origin, indent, columns)];
}
