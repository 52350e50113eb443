/** systemd's answer once it has read these drop-ins as well: both settings only ever grow. */
export function withDropIns(answer: string, dropIns: readonly string[]): string {
  return answer
    .split('\n')
    .map((line) => {
      const name = /^(After|RequiresMountsFor)=/.exec(line)?.[1];
      if (name === undefined) return line;
      const added = dropIns.flatMap((text) =>
        text.split('\n').flatMap((setting) => valueOf(name, setting) ?? []),
      );
      return [line, ...added].join(line.endsWith('=') ? '' : ' ');
    })
    .join('\n');
}

/** One word, as systemd reads it: perhaps in quotes for a path, and never escaped for a unit. */
function valueOf(name: string, setting: string): string | undefined {
  if (!setting.startsWith(`${name}=`)) return undefined;
  const word = setting.slice(name.length + 1).replace(/%%/g, '%');
  if (name === 'After') return word;
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(["\\])/g, '$1') : word;
}
