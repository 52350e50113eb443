import type { Host } from '../../host/host.js';
import { readUnitTexts } from './unit-files.js';

/** Settings that change what the paths of the configuration mean. */
const UNUSUAL =
  /^\s*(RootDirectory|RootImage|RootHash|WorkingDirectory|MountImages|ExtensionImages|ExtensionDirectories)\s*=/m;

/**
 * How crio.service calls CRI-O, from its unit files alone, so that no program has to run. Only systemd knows which
 * file wins, so all of them must call CRI-O in the same words: a path and plain `$VARIABLE`s. CRI-O ships its unit
 * like that.
 *
 * @returns program and words, or `undefined`: systemd must be asked then
 */
export async function readUnitCommand(host: Host): Promise<readonly string[] | undefined> {
  const texts = await readUnitTexts(host);
  if (texts === undefined) return undefined;
  const commands = new Set<string>();
  for (const text of texts) {
    if (UNUSUAL.test(text)) return undefined;
    for (const [, command] of joined(text).matchAll(/^[ \t]*ExecStart[ \t]*=(.*)$/gm)) {
      const words = (command ?? '').trim().split(/\s+/).join(' ');
      if (words !== '') commands.add(words);
    }
  }
  const [only, ...others] = commands;
  if (only === undefined || others.length > 0) return undefined;
  const [program = '', ...words] = only.split(' ');
  const plain =
    /^\/[\w./-]+$/.test(program) && words.every((word) => /^\$[A-Za-z_][A-Za-z0-9_]*$/.test(word));
  return plain ? [program, ...words] : undefined;
}

/** A line that ends in a backslash continues; comments in between are skipped (systemd.syntax(7)). */
function joined(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s*[#;]/.test(line));
  return lines.join('\n').replace(/\\\n/g, ' ');
}
