import { displayWidth } from '../../src/text/width.js';

export interface CatalogEntry {
  readonly id: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

/** A file of journald's message catalog (catalog/systemd.catalog shows the form). */
export function catalogFile(entries: readonly CatalogEntry[]): string {
  const head = '# Made by "make docs" from src/rules; do not edit.\n';
  return head + entries.map(entryText).join('');
}

function entryText({ id, subject, paragraphs }: CatalogEntry): string {
  const body = paragraphs.map((text) => fill(text).join('\n')).join('\n\n');
  return [
    '',
    `-- ${id}`,
    `Subject: ${subject}`,
    'Defined-By: crio-guard',
    'Support: man:crio-guard(8)',
    'Documentation: man:crio-guard-rules(7)',
    '',
    body,
    '',
  ].join('\n');
}

const COLUMNS = 78;

/**
 * Breaks at blanks, and between characters of scripts that do without. A line must not begin like a
 * comment or like an entry, or journald would not take it for text.
 */
export function fill(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text)) {
    if (line !== '' && displayWidth(line + piece.trimEnd()) > COLUMNS) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  lines.push(line.trimEnd());
  return lines.map((each) => (/^(?:[#;]|-- )/.test(each) ? ` ${each}` : each));
}

const WIDE = '[\\u3400-\\u9fff]';

/** Words with the blank after them; a Chinese character with the punctuation after it. */
function piecesOf(text: string): string[] {
  const pattern = new RegExp(
    `${WIDE}[\\u3000-\\u303f\\uff00-\\uffef]*[ ]?|(?:(?!${WIDE})\\S)+[ ]?|[ ]`,
    'gu',
  );
  return text.match(pattern) ?? [];
}
