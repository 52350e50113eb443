import { complaintOf, type Execution, type Host } from '../../host/host.js';
import { known, unknown, type Probe } from '../../host/probe.js';

/** Properties of a file system or volume as `zfs list -p` prints them. */
export interface Dataset {
  readonly name: string;
  readonly type: 'filesystem' | 'volume';
  /** Path, `none`, `legacy`, or `-` for a volume. */
  readonly mountpoint: string;
  /** Can be `yes` for a dataset that is mounted only elsewhere: mountinfo decides. */
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
  /** Bytes; 0 means no quota. */
  readonly quota: number;
  readonly refquota: number;
  readonly xattr: string;
  readonly acltype: string;
  readonly exec: string;
  readonly setuid: string;
  readonly devices: string;
  readonly origin: string;
  readonly autoSnapshot: string;
  /** Set by znapzend on the datasets that it snapshots. */
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

// Looked up for every cell of up to ten thousand lines. Object.fromEntries does not keep the type of the keys.
const POSITION = Object.fromEntries(COLUMNS.map((column, index) => [column, index])) as Record<
  (typeof COLUMNS)[number],
  number
>;

/** One call for all properties: a call per rule would cost a process each. */
export const ZFS_LIST_ARGUMENTS: readonly string[] = [
  'list',
  '-Hp',
  '-t',
  'filesystem,volume',
  '-o',
  COLUMNS.join(','),
];

/** @param pools to list; all pools when empty */
export async function listDatasets(
  host: Host,
  zfs: string,
  pools: readonly string[],
): Promise<Probe<readonly Dataset[]>> {
  const below = pools.length === 0 ? [] : ['-r', '--', ...pools];
  const answer = await host.run(zfs, [...ZFS_LIST_ARGUMENTS, ...below]);
  return answer.state === 'known' ? parseDatasets(answer.value) : answer;
}

/** Parses tab-separated lines. An unexpected line makes the whole answer unknown. */
export function parseDatasets(execution: Execution): Probe<readonly Dataset[]> {
  const question = 'list the datasets';
  const { exitCode, stdout, stderr } = execution;
  if (exitCode !== 0 && !(stdout === '' && stderr.startsWith('no datasets available'))) {
    return unknown('failed', question, complaintOf(execution));
  }
  if (stdout !== '' && !stdout.endsWith('\n'))
    return unknown('unreadable', question, 'the last line is cut off');
  const datasets: Dataset[] = [];
  for (const line of stdout.split('\n')) {
    if (line === '') continue;
    const dataset = parseLine(line);
    if (dataset === undefined)
      return unknown('unreadable', question, `unexpected line: ${line.slice(0, 200)}`);
    datasets.push(dataset);
  }
  return known(datasets);
}

/** The cells of a line by position in {@link COLUMNS}, or undefined where they are not those columns. */
function cellsOf(line: string): string[] | undefined {
  const cells = line.split('\t');
  // Only a mountpoint can contain a tab; the value of `mounted` after it confirms that.
  const more = cells.length - COLUMNS.length;
  if (more < 0) return undefined;
  cells.splice(
    POSITION.mountpoint,
    more + 1,
    cells.slice(POSITION.mountpoint, POSITION.mountpoint + more + 1).join('\t'),
  );
  return more === 0 || /^(?:yes|no|-)$/.test(cells[POSITION.mounted] ?? '') ? cells : undefined;
}

/** The listing once these datasets are mounted, with their keys loaded. */
export function listedAsMounted(listing: string, names: ReadonlySet<string>): string {
  const lines = listing.split('\n').map((line) => {
    if (!names.has(line.slice(0, line.indexOf('\t')))) return line;
    const cells = cellsOf(line);
    if (cells === undefined) return line;
    cells[POSITION.mounted] = 'yes';
    if (cells[POSITION.keystatus] === 'unavailable') cells[POSITION.keystatus] = 'available';
    return cells.join('\t');
  });
  return lines.join('\n');
}

function parseLine(line: string): Dataset | undefined {
  const cells = cellsOf(line);
  if (cells === undefined) return undefined;
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

/** `-` marks a property that the dataset does not have (quota of a volume). */
const bytes = (cell: string): number => (/^\d+$/.test(cell) ? Number(cell) : 0);

/** The key that encrypts a dataset. */
export interface EncryptionKey {
  readonly encryptionroot: string;
  /** `prompt`, a URL, or empty when it is not known. */
  readonly keylocation: string;
}

/** Only the encryption root knows where the key is; for the datasets below it zfs prints `none`. */
export function encryptionKeyOf(dataset: Dataset, datasets: readonly Dataset[]): EncryptionKey {
  const encryptionroot = dataset.encryptionroot === '-' ? dataset.name : dataset.encryptionroot;
  const { keylocation } = datasets.find(({ name }) => name === encryptionroot) ?? dataset;
  return { encryptionroot, keylocation: keylocation === 'none' || keylocation === '-' ? '' : keylocation };
}

/** The path at which the dataset is mounted by its own property, rather than none or legacy. */
export function mountsAt(dataset: Dataset): string | undefined {
  return dataset.mountpoint.startsWith('/') ? dataset.mountpoint : undefined;
}
