import type { Execution, Host } from '../../host/host.js';
import { known, unknown, type Probe } from '../../host/probe.js';

/** Properties of a file system or volume as `zfs list -p` prints them. */
export interface Dataset {
  readonly name: string;
  readonly type: 'filesystem' | 'volume';
  /** Path, `none`, `legacy`, or `-` for a volume. */
  readonly mountpoint: string;
  /** May say yes for a dataset that is mounted only elsewhere: mountinfo is the truth. */
  readonly mounted: string;
  readonly canmount: string;
  readonly keystatus: string;
  readonly keylocation: string;
  readonly encryptionroot: string;
  readonly readonly: string;
  /** Bytes. */
  readonly available: number;
  readonly used: number;
  readonly referenced: number;
  /** Bytes; 0 is none. */
  readonly quota: number;
  readonly refquota: number;
  readonly xattr: string;
  readonly acltype: string;
  readonly exec: string;
  readonly setuid: string;
  readonly devices: string;
  readonly origin: string;
  readonly autoSnapshot: string;
  /** Set by znapzend on what it snapshots. */
  readonly znapzendPlan?: string;
  readonly znapzendRecursive?: string;
  readonly znapzendEnabled?: string;
}

const COLUMNS = [
  'name',
  'type',
  'mountpoint',
  'mounted',
  'canmount',
  'keystatus',
  'keylocation',
  'encryptionroot',
  'readonly',
  'available',
  'used',
  'referenced',
  'quota',
  'refquota',
  'xattr',
  'acltype',
  'exec',
  'setuid',
  'devices',
  'origin',
  'com.sun:auto-snapshot',
  'org.znapzend:src_plan',
  'org.znapzend:recursive',
  'org.znapzend:enabled',
] as const;

// Looked up for every cell of what may be ten thousand lines. Object.fromEntries forgets that it has them all.
const POSITION = Object.fromEntries(COLUMNS.map((column, index) => [column, index])) as Record<
  (typeof COLUMNS)[number],
  number
>;

/** Asks for everything at once: each rule that asked on its own would cost a program call. */
export const ZFS_LIST_ARGUMENTS: readonly string[] = [
  'list',
  '-Hp',
  '-t',
  'filesystem,volume',
  '-o',
  COLUMNS.join(','),
];

/** @param pools to look below; all when none is named */
export async function listDatasets(
  host: Host,
  zfs: string,
  pools: readonly string[],
): Promise<Probe<readonly Dataset[]>> {
  const below = pools.length === 0 ? [] : ['-r', '--', ...pools];
  const answer = await host.run(zfs, [...ZFS_LIST_ARGUMENTS, ...below]);
  return answer.state === 'known' ? parseDatasets(answer.value) : answer;
}

/** Parses tab-separated lines. A line that is not understood makes the whole answer unknown. */
export function parseDatasets(execution: Execution): Probe<readonly Dataset[]> {
  const question = 'list the datasets';
  const { exitCode, stdout, stderr } = execution;
  if (exitCode !== 0 && !(stdout === '' && stderr.startsWith('no datasets available'))) {
    return unknown('failed', question, stderr.trim() || `zfs list ended with ${exitCode}`);
  }
  const datasets: Dataset[] = [];
  for (const line of stdout.split('\n')) {
    if (line === '') continue;
    const dataset = parseLine(line);
    if (dataset === undefined) return unknown('unreadable', question, `a line of another form: ${line}`);
    datasets.push(dataset);
  }
  return known(datasets);
}

function parseLine(line: string): Dataset | undefined {
  const cells = line.split('\t');
  // Of all columns only a mountpoint may hold a tab; `mounted` behind it tells whether it is that.
  const more = cells.length - COLUMNS.length;
  if (more < 0) return undefined;
  cells.splice(
    POSITION.mountpoint,
    more + 1,
    cells.slice(POSITION.mountpoint, POSITION.mountpoint + more + 1).join('\t'),
  );
  if (more > 0 && !/^(?:yes|no|-)$/.test(cells[POSITION.mounted] ?? '')) return undefined;
  const cell = (column: (typeof COLUMNS)[number]): string => cells[POSITION[column]] ?? '-';
  const type = cell('type');
  if (type !== 'filesystem' && type !== 'volume') return undefined;
  return {
    name: cell('name'),
    type,
    mountpoint: cell('mountpoint'),
    mounted: cell('mounted'),
    canmount: cell('canmount'),
    keystatus: cell('keystatus'),
    keylocation: cell('keylocation'),
    encryptionroot: cell('encryptionroot'),
    readonly: cell('readonly'),
    available: bytes(cell('available')),
    used: bytes(cell('used')),
    referenced: bytes(cell('referenced')),
    quota: bytes(cell('quota')),
    refquota: bytes(cell('refquota')),
    xattr: cell('xattr'),
    acltype: cell('acltype'),
    exec: cell('exec'),
    setuid: cell('setuid'),
    devices: cell('devices'),
    origin: cell('origin'),
    autoSnapshot: cell('com.sun:auto-snapshot'),
    znapzendPlan: cell('org.znapzend:src_plan'),
    znapzendRecursive: cell('org.znapzend:recursive'),
    znapzendEnabled: cell('org.znapzend:enabled'),
  };
}

/** `-` stands for a property the dataset does not have (quota of a volume). */
const bytes = (cell: string): number => (/^\d+$/.test(cell) ? Number(cell) : 0);

/** Whether the dataset sets a path as its mountpoint, rather than none or legacy. */
export function mountsAt(dataset: Dataset): string | undefined {
  return dataset.mountpoint.startsWith('/') ? dataset.mountpoint : undefined;
}
