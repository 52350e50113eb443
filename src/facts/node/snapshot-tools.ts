import type { Host } from '../../host/host.js';
import { absent, known, mapProbe, type Probe } from '../../host/probe.js';
import { decodeText } from '../../text/utf8.js';

/** Programs that snapshot datasets on a schedule, where their configuration can be read. */
export interface SnapshotTools {
  /** Sections of sanoid.conf. */
  readonly sanoid: Probe<readonly SanoidSection[]>;
  /** The cron job of zfs-auto-snapshot that snapshots every dataset without an opt-out. */
  readonly autoSnapshotJob: Probe<string>;
}

export interface SanoidSection {
  readonly dataset: string;
  readonly takesSnapshots: boolean;
  /** Also covers the datasets below; `zfs` in one recursive snapshot, which no section below can change. */
  readonly recursive: 'no' | 'yes' | 'zfs';
}

export const SANOID_CONF = '/etc/sanoid/sanoid.conf';
const JOBS = ['/etc/cron.hourly/zfs-auto-snapshot', '/etc/cron.daily/zfs-auto-snapshot'];

export async function readSnapshotTools(host: Host): Promise<SnapshotTools> {
  const sanoid = mapProbe(await host.readFile(SANOID_CONF), (bytes) => parseSanoid(decodeText(bytes)));
  return { sanoid, autoSnapshotJob: await findJob(host) };
}

async function findJob(host: Host): Promise<Probe<string>> {
  for (const path of JOBS) {
    const script = await host.readFile(path);
    if (script.state === 'unknown') return script;
    if (script.state === 'known' && !/--default-exclude\b/.test(decodeText(script.value))) {
      return known(path);
    }
  }
  return absent();
}

/**
 * Parses the INI file of sanoid: a section named after a dataset inherits the settings of its template. Snapshots are on by default (sanoid.defaults.conf: autosnap = yes).
 */
export function parseSanoid(text: string): readonly SanoidSection[] {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const bare = line.replace(/[#;].*/, '').trim();
    const name = /^\[(.+)\]$/.exec(bare)?.[1]?.trim();
    if (name !== undefined) {
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      continue;
    }
    const equals = bare.indexOf('=');
    if (equals > 0) current?.set(bare.slice(0, equals).trim().toLowerCase(), bare.slice(equals + 1).trim());
  }
  const found: SanoidSection[] = [];
  for (const [name, own] of sections) {
    if (/^template_/.test(name) || name === 'version') continue;
    const templates = (own.get('use_template') ?? '').split(',').map((template) => template.trim());
    const inherited = templates.map((template) => sections.get(`template_${template}`)?.get('autosnap'));
    const autosnap = own.get('autosnap') ?? inherited.filter((value) => value !== undefined).pop() ?? 'yes';
    const depth = own.get('recursive') ?? 'no';
    const recursive = depth.toLowerCase() === 'zfs' ? 'zfs' : isYes(depth) ? 'yes' : 'no';
    found.push({ dataset: name, takesSnapshots: isYes(autosnap), recursive });
  }
  return found;
}

const isYes = (value: string): boolean => /^(yes|true|1|on)$/i.test(value.trim());
