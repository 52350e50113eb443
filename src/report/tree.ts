import type { StorageTree, TreeRow } from './storage-tree.js';
import type { Style } from './style.js';
import { visible } from './visible.js';
import { COLUMNS } from './wrap.js';
import { displayWidth, padColumns } from './width.js';

/** A longer name than this is not waited for by the columns after it. */
const NAME_COLUMNS = 34;
const SOURCE_COLUMNS = 22;

/** The tree in lines; what is to be seen in a row stands after an arrow, in the row or under it. */
export function renderTree(tree: StorageTree, style: Style): string[] {
  const rows = tree.map((row, index) => ({
    row,
    label: branch(tree, index) + visible(row.name),
    source: visible(row.source),
  }));
  const widest = (limit: number, widths: readonly number[]): number =>
    Math.max(...widths.filter((width) => width <= limit), 0);
  const name = widest(
    NAME_COLUMNS,
    rows.map(({ label }) => displayWidth(label)),
  );
  const type = widest(
    SOURCE_COLUMNS,
    tree.map(({ fileSystem }) => fileSystem.length),
  );
  const source = widest(
    SOURCE_COLUMNS,
    rows.map((row) => displayWidth(row.source)),
  );
  return rows.flatMap(({ row, label, source: place }, index) => {
    // A long name once is enough to read, and the rows under it stay within the terminal.
    const isRepeated = displayWidth(place) > SOURCE_COLUMNS && rows[index - 1]?.source === place;
    const bare = `  ${padColumns(label, name)}  ${row.fileSystem.padEnd(type)}  ${isRepeated ? '' : place}`;
    const start = bare.trimEnd();
    const notes = notesOf(row);
    if (notes.length === 0) return [start];
    const inRow = `${padColumns(start, name + type + source + 6)}  `;
    const note = `<- ${notes.join('; ')}`;
    if (displayWidth(inRow) + displayWidth(note) <= COLUMNS) return [inRow + style.mark(row.marks, note)];
    const indent = ' '.repeat(4 + row.depth * 3);
    return [start, ...notes.map((text) => indent + style.mark(row.marks, `^ ${text}`))];
  });
}

/** Only the last two rows, what CRI-O makes in graphroot, share a parent. */
function branch(tree: StorageTree, index: number): string {
  const depth = tree[index]?.depth ?? 0;
  if (depth === 0) return '';
  const hasSibling = tree[index + 1]?.depth === depth;
  return `${'   '.repeat(depth - 1)}${hasSibling ? '\u251c' : '\u2514'}\u2500 `;
}

function notesOf({ marks, fileSystem, intended }: TreeRow): string[] {
  return marks.map((mark) => {
    switch (mark) {
      case 'looked-at':
        return fileSystem === 'zfs' ? 'CRI-O looks here' : `CRI-O looks here: ${fileSystem}, not zfs`;
      case 'graphroot':
        return 'graphroot';
      case 'to-be-made':
        return 'will be made';
      case 'metadata':
        return 'metadata';
      case 'layers':
        return 'new layers';
      case 'unmounted':
        return `${visible(intended ?? '')} belongs here, not mounted`;
    }
  });
}
