import type { StorageTree, TreeRow } from '../../check/storage-tree.js';
import type { Style } from './style.js';
import { escapeControls } from '../../text/escape.js';
import { displayWidth, padColumns } from '../../text/width.js';
import { COLUMNS, wrap } from '../../text/wrap.js';

/** A longer name or source than this is not waited for by the columns after it. */
const limitsFor = (columns: number): readonly [name: number, source: number] =>
  columns < COLUMNS ? [18, 12] : [34, 22];

/** The tree in lines; what is to be seen in a row stands after an arrow, in the row or under it. */
export function renderTree(tree: StorageTree, style: Style): string[] {
  const [nameColumns, sourceColumns] = limitsFor(style.columns);
  const rows = tree.map((row, index) => ({
    row,
    label: branch(tree, index, style) + escapeControls(row.name),
    type: escapeControls(row.fileSystem),
    source: escapeControls(row.source),
  }));
  const widest = (limit: number, widths: readonly number[]): number =>
    Math.max(...widths.filter((width) => width <= limit), 0);
  const name = widest(
    nameColumns,
    rows.map(({ label }) => displayWidth(label)),
  );
  const kind = widest(
    sourceColumns,
    rows.map((row) => displayWidth(row.type)),
  );
  const source = widest(
    sourceColumns,
    rows.map((row) => displayWidth(row.source)),
  );
  return rows.flatMap(({ row, label, type, source: place }, index) => {
    // A long name once is enough to read, and the rows under it stay within the terminal.
    const isRepeated = displayWidth(place) > sourceColumns && rows[index - 1]?.source === place;
    const bare =
      `  ${padColumns(label, name)}  ${padColumns(type, kind)}  ${isRepeated ? '' : place}`.trimEnd();
    const indent = ' '.repeat(4 + row.depth * 3);
    const isWide = displayWidth(bare) > style.columns;
    const start = isWide ? [`  ${label}`, `${indent}${type}  ${isRepeated ? '' : place}`.trimEnd()] : [bare];
    const notes = notesOf(row).map(escapeControls);
    if (notes.length === 0) return start;
    const inRow = `${padColumns(bare, name + kind + source + 6)}  `;
    const note = `<- ${notes.join('; ')}`;
    const fits = displayWidth(inRow) + displayWidth(note) <= style.columns;
    if (fits) return [inRow + style.mark(row.marks, note)];
    return [...start, ...notes.flatMap((text) => noteLines(text, row, indent, style))];
  });
}

function noteLines(text: string, { marks }: TreeRow, indent: string, style: Style): string[] {
  const lines = wrap(text, `${indent}  `, style.columns, `${indent}^ `);
  return lines.map((line) => indent + style.mark(marks, line.slice(indent.length)));
}

/** Only the last two rows, what CRI-O makes in graphroot, share a parent. */
function branch(tree: StorageTree, index: number, { branches }: Style): string {
  const depth = tree[index]?.depth ?? 0;
  if (depth === 0) return '';
  const hasSibling = tree[index + 1]?.depth === depth;
  return '   '.repeat(depth - 1) + branches[hasSibling ? 1 : 0];
}

function notesOf({ marks, fileSystem, intended }: TreeRow): string[] {
  return marks.flatMap((mark) => {
    switch (mark) {
      case 'looked-at':
        return fileSystem === 'zfs' ? 'CRI-O looks here' : `CRI-O looks here: ${fileSystem}, not zfs`;
      case 'graphroot':
        return marks.includes('to-be-made') ? 'graphroot, to be made' : 'graphroot';
      case 'to-be-made':
        return [];
      case 'metadata':
        return 'metadata';
      case 'layers':
        return 'new layers';
      case 'unmounted':
        return `${intended ?? ''} belongs here, not mounted`;
    }
  });
}
