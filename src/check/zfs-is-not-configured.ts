import { readUnitTexts } from '../config/service/unit-files.js';
import { STORAGE_VARIABLES } from '../config/service/storage-variables.js';
import type { Host } from '../host/host.js';
import { decodeText } from '../text/utf8.js';

const FILES = ['/etc/containers/storage.conf', '/usr/share/containers/storage.conf', '/etc/crio/crio.conf'];
const DROP_INS = '/etc/crio/crio.conf.d';
const GUARD = '/etc/crio-guard';

/** Variables of crio.service that hold flags of CRI-O, and those of crio-guard itself. */
const FLAGS = /^CRIO_/;
const VARIABLES = new Set<string>(STORAGE_VARIABLES);

/**
 * Whether the host has no ZFS and no file of CRI-O's storage configuration names it. Then the driver is another one,
 * and there is nothing to check. Most nodes are like that: they cost a few reads of small files and no parser.
 * What passes here also passes zfsCannotMatter, which parses the configuration.
 *
 * @param environment that CRI-O will inherit
 * @returns true only when it is certain
 */
export async function zfsIsNotConfigured(
  host: Host,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  for (const sign of ['/sys/module/zfs', '/dev/zfs', GUARD]) {
    if ((await host.stat(sign)).state !== 'absent') return false;
  }
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  if (set.some(([name]) => VARIABLES.has(name) || FLAGS.test(name))) return false;
  const units = await readUnitTexts(host);
  if (units === undefined || units.some((text) => /^[ \t]*ExecStart[ \t]*=(.*\\\n)*.*\s["']?-/m.test(text)))
    return false;
  const texts = await configurationTexts(host);
  return texts?.some((text) => NAMED.test(text)) === true && !texts.some((text) => MENTION.test(text));
}

/** A line that names one of these drivers in plain text. */
const driverLine = (names: string): RegExp =>
  new RegExp(`^[ \\t]*(storage_)?driver[ \\t]*=[ \\t]*["'](${names})["']`, 'm');
const NAMED = driverLine('overlay2?|vfs|btrfs');
const NAMED_ZFS = driverLine('zfs');

/** The word itself, or an escape that could spell it. */
const MENTION = /zfs|\\[uUx]/i;

/** Whether a file of CRI-O's configuration says so in plain text. With false nothing is certain. */
export async function namesZfsDriver(host: Host): Promise<boolean> {
  const texts = await configurationTexts(host);
  return texts?.some((text) => NAMED_ZFS.test(text)) === true;
}

async function configurationTexts(host: Host): Promise<readonly string[] | undefined> {
  const paths = await filesBelow(host, DROP_INS);
  if (paths === undefined) return undefined;
  const texts: string[] = [];
  for (const path of [...FILES, ...paths]) {
    const bytes = await host.readFile(path);
    if (bytes.state === 'unknown') return undefined;
    if (bytes.state === 'known') texts.push(decodeText(bytes.value));
  }
  return texts;
}

async function filesBelow(host: Host, directory: string): Promise<readonly string[] | undefined> {
  const entries = await host.readDirectory(directory);
  if (entries.state === 'unknown') return undefined;
  if (entries.state === 'absent') return [];
  const paths: string[] = [];
  for (const { name, kind } of entries.value) {
    if (kind !== 'directory') {
      paths.push(`${directory}/${name}`);
      continue;
    }
    const below = await filesBelow(host, `${directory}/${name}`);
    if (below === undefined) return undefined;
    for (const path of below) paths.push(path);
  }
  return paths;
}
