/** A name as one word of a shell command, so that advice can be pasted whatever the name holds. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/[\u0000-\u001f\u007f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code < 32 || code === 127) return `\\x${code.toString(16).padStart(2, '0')}`;
    return character === "'" || character === '\\' ? `\\${character}` : character;
  });
  return `$'${escaped.join('')}'`;
}
