/**
 * A unified difference of a file that is written whole. Our files are a few lines long and are written by
 * us alone, so the old lines stand before the new ones without options for common parts.
 *
 * @param before `null` when the file does not exist yet
 */
export function difference(path: string, before: string | null, after: string): string {
  const old = before === null ? [] : linesOf(before);
  const next = linesOf(after);
  return [
    `--- ${before === null ? '/dev/null' : path}`,
    `+++ ${path}`,
    `@@ -${range(old)} +${range(next)} @@`,
    ...old.map((line) => `-${line}`),
    ...next.map((line) => `+${line}`),
  ].join('\n');
}

const range = (lines: readonly string[]): string => `${lines.length === 0 ? 0 : 1},${lines.length}`;

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
