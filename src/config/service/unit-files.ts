import type { Host } from '../../host/host.js';
import { decodeText } from '../../text/utf8.js';

/** Where systemd reads system units, in order of priority (systemd.unit(5)), generators included. */
export const UNIT_DIRECTORIES = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
] as const;

/** Those of them that administrators and packages install units in; systemd itself writes the others. */
export const INSTALLED_UNITS = UNIT_DIRECTORIES.filter(
  (path) => !/control|transient|generator|attached/.test(path),
);

const FILES = ['crio.service', 'cri-o.service'] as const;
const DROP_IN_DIRECTORIES = ['crio.service.d', 'cri-o.service.d', 'service.d'] as const;

/** The texts of crio.service and of all its drop-ins. */
export async function readUnitTexts(host: Host): Promise<readonly string[] | undefined> {
  const texts: string[] = [];
  for (const directory of UNIT_DIRECTORIES) {
    if ((await host.stat(directory)).state === 'absent') continue;
    const paths: string[] = FILES.map((file) => `${directory}/${file}`);
    for (const name of DROP_IN_DIRECTORIES) {
      const entries = await host.readDirectory(`${directory}/${name}`);
      if (entries.state === 'unknown') return undefined;
      if (entries.state === 'absent') continue;
      for (const entry of entries.value) {
        if (entry.name.endsWith('.conf')) paths.push(`${directory}/${name}/${entry.name}`);
      }
    }
    for (const path of paths) {
      const bytes = await host.readFile(path);
      if (bytes.state === 'unknown') return undefined;
      if (bytes.state === 'known') texts.push(decodeText(bytes.value));
    }
  }
  return texts;
}
