import { INSTALLED_UNITS } from '../../config/service/unit-files.js';
import type { Host } from '../../host/host.js';
import { absent, known, type Probe } from '../../host/probe.js';
import { lookPath } from '../../host/look-path.js';
import { decodeText } from '../../text/utf8.js';

/** What cAdvisor inside kubelet needs of ZFS. */
export interface KubeletFacts {
  readonly unit: string;
  /** PATH of kubelet.service, as far as its unit files tell. */
  readonly path: string;
  /** `zfs` on that PATH. */
  readonly zfs: Probe<string>;
}

/** systemd's own PATH for services, wherever it was built. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Reads the unit's files: asking systemd would cost a program call. Absent on a host without kubelet. */
export async function readKubelet(host: Host): Promise<Probe<KubeletFacts>> {
  const unit = await firstUnit(host);
  if (unit.state !== 'known') return unit;
  let path = environmentPath(unit.value.text) ?? DEFAULT_PATH;
  for (const dropIn of await dropIns(host)) path = environmentPath(dropIn) ?? path;
  return known({ unit: unit.value.path, path, zfs: await lookPath(host, 'zfs', path) });
}

async function firstUnit(host: Host): Promise<Probe<{ readonly path: string; readonly text: string }>> {
  for (const directory of INSTALLED_UNITS) {
    const path = `${directory}/kubelet.service`;
    const bytes = await host.readFile(path);
    if (bytes.state === 'unknown') return bytes;
    if (bytes.state === 'known') return known({ path, text: decodeText(bytes.value) });
  }
  return absent();
}

/** Texts of the drop-ins in systemd's order: by name, a directory further up hiding those below. */
async function dropIns(host: Host): Promise<readonly string[]> {
  const chosen = new Map<string, string>();
  for (const directory of INSTALLED_UNITS) {
    const entries = await host.readDirectory(`${directory}/kubelet.service.d`);
    if (entries.state !== 'known') continue;
    for (const { name } of entries.value) {
      if (!name.endsWith('.conf') || chosen.has(name)) continue;
      chosen.set(name, `${directory}/kubelet.service.d/${name}`);
    }
  }
  const texts: string[] = [];
  for (const name of [...chosen.keys()].sort()) {
    const bytes = await host.readFile(chosen.get(name) ?? name);
    if (bytes.state === 'known') texts.push(decodeText(bytes.value));
  }
  return texts;
}

/** The last `Environment=` line that sets PATH, quoted or not. */
export function environmentPath(unit: string): string | undefined {
  let path: string | undefined;
  for (const line of unit.split('\n')) {
    const value = /^\s*Environment\s*=(.*)$/.exec(line)?.[1];
    const found = value === undefined ? null : /(?:^|[\s"'])PATH=([^\s"']*)/.exec(value);
    if (found !== null) path = found[1];
  }
  return path;
}
