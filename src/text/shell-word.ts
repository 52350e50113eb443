import { escapeControls } from './escape.js';
import { hasUnwritable, isExact, NOT_UTF8, unwritable } from './unwritable.js';

/**
 * A name as one word of a command that is pasted into a POSIX shell. Characters that cannot be seen do not
 * survive a terminal: printf makes them from their bytes. A name that cannot be written makes the line
 * unwritable (withoutUnwritable in advice-line.ts).
 */
export function shellWord(text: string): string {
  if (hasUnwritable(text)) return text;
  const why = whyNot(text);
  return why === undefined ? shellArgument(text) : unwritable(text, why);
}

/** Any text without a newline at its end as one argument, an option too. */
export function shellArgument(text: string): string {
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text)) return text;
  // "$(…)" drops newlines at its end, so that a newline takes the next character along.
  const parts = text.match(/\n+[^\n]|[^\n]/gu) ?? [];
  const runs: { unseen: boolean; text: string }[] = [];
  for (const part of parts) {
    const unseen = escapeControls(part) !== part;
    const last = runs.at(-1);
    if (last?.unseen === unseen) last.text += part;
    else runs.push({ unseen, text: part });
  }
  return runs.map((run) => (run.unseen ? printed(run.text) : quoted(run.text))).join('') || "''";
}

function whyNot(text: string): string | undefined {
  if (!isExact(text)) return NOT_UTF8;
  if (text.includes('\0')) return 'it contains a NUL byte';
  if (text.endsWith('\n')) return 'it ends in a newline, which a shell drops';
  return text.startsWith('-') ? 'it begins with a dash, so that programs take it for an option' : undefined;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function printed(text: string): string {
  const bytes = Array.from(Buffer.from(text, 'utf8'), (byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `"$(printf '${bytes.join('')}')"`;
}
