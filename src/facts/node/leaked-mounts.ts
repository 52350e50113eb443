import { CONTENT_LIMIT, type Host } from '../../host/host.js';
import { known, unknown, type Probe } from '../../host/probe.js';
import { parseMountInfo, type Mount } from '../../host/mountinfo.js';
import { decodeText } from '../../text/utf8.js';

/** A layer that a process in another mount namespace still holds after the host unmounted it: `dataset is busy`. */
export interface LeakedMount {
  readonly dataset: string;
  readonly mountpoint: string;
  readonly pid: number;
  /** The systemd unit of the process, where its cgroup names one. */
  readonly unit: string;
}

/** Report progress every this many processes. */
const PROGRESS_INTERVAL = 50;

/**
 * Reads the mount table of every mount namespace once. A container sees its own layer as its root, so a
 * layer that is visible below graphroot was copied into the namespace at its creation.
 */
export async function findLeakedMounts(
  host: Host,
  graphroot: string,
  own: Probe<readonly Mount[]>,
  onStep?: (step: string) => void,
): Promise<Probe<readonly LeakedMount[]>> {
  if (own.state !== 'known') return own;
  const mountedHere = new Set(own.value.map(({ source }) => source));
  const layers = `${graphroot === '/' ? '' : graphroot}/zfs/graph/`;
  const processes = await host.readDirectory('/proc');
  if (processes.state !== 'known') return processes;
  const seen = new Set<string>();
  const leaked: LeakedMount[] = [];
  let unreadable = 0;
  const pids = processes.value.flatMap(({ name }) => (/^\d+$/.test(name) ? [name] : []));
  for (const [index, pid] of pids.entries()) {
    if (index % PROGRESS_INTERVAL === 0)
      onStep?.(`reading the mounts of process ${index + 1} of ${pids.length}`);
    const namespace = await host.readLink(`/proc/${pid}/ns/mnt`);
    if (namespace.state === 'unknown') unreadable += 1;
    if (namespace.state !== 'known' || seen.has(namespace.value)) continue;
    seen.add(namespace.value);
    const table = await host.readFile(`/proc/${pid}/mountinfo`, CONTENT_LIMIT);
    const mounts = table.state === 'known' ? parseMountInfo(table.value) : table;
    if (mounts.state === 'unknown') unreadable += 1;
    if (mounts.state !== 'known') continue;
    for (const mount of mounts.value) {
      if (mount.fileSystem !== 'zfs' || !mount.mountpoint.startsWith(layers)) continue;
      if (mountedHere.has(mount.source)) continue;
      const { source, mountpoint } = mount;
      leaked.push({ dataset: source, mountpoint, pid: Number(pid), unit: await unitOf(host, pid) });
    }
  }
  if (leaked.length === 0 && unreadable > 0) {
    return unknown('permission', 'read the mounts of all processes', `${unreadable} could not be read`);
  }
  return known(leaked);
}

async function unitOf(host: Host, pid: string): Promise<string> {
  const bytes = await host.readFile(`/proc/${pid}/cgroup`);
  if (bytes.state !== 'known') return '';
  const path = decodeText(bytes.value).split('\n')[0] ?? '';
  return (
    path
      .split('/')
      .filter((part) => /\.(service|scope)$/.test(part))
      .pop() ?? ''
  );
}
