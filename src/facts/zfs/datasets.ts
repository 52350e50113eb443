import { complaintOf, type Execution, type Host } from '../../host/host.js';
import { known, unknown, type Probe } from '../../host/probe.js';

/** A file system or volume as `zfs list -p` prints it. */
export interface Dataset {
  readonly name: string;
  readonly type: 'filesystem' | 'volume';
  /** Path, `none`, `legacy`, or `-` for a volume. */
  readonly mountpoint: string;
  /** Decoded when they are asked for: of thousands of layers nobody asks. */
  readonly properties: DatasetProperties;
}

export interface DatasetProperties {
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
  readonly znapzendPlan: string;
  readonly znapzendRecursive: string;
  readonly znapzendEnabled: string;
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

/** What follows the mountpoint, which alone can contain a tab. */
const PROPERTIES = COLUMNS.slice(COLUMNS.indexOf('mountpoint') + 1);

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

const parsed = new WeakMap<Execution, Probe<readonly Dataset[]>>();

/** Parses tab-separated lines, once for each answer. An unexpected line makes the whole answer unknown. */
export function parseDatasets(execution: Execution): Probe<readonly Dataset[]> {
  const datasets = parsed.get(execution) ?? parse(execution);
  parsed.set(execution, datasets);
  return datasets;
}

function parse(execution: Execution): Probe<readonly Dataset[]> {
  const question = 'list the datasets';
  const { exitCode, stdout, stderr } = execution;
  if (exitCode !== 0 && !(stdout === '' && stderr.startsWith('no datasets available'))) {
    return unknown('failed', question, complaintOf(execution));
  }
  if (stdout !== '' && !stdout.endsWith('\n'))
    return unknown('unreadable', question, 'the last line is cut off');
  const datasets: Dataset[] = [];
  const line = new RegExp(LINE, 'y');
  for (let start = 0; start < stdout.length; start = line.lastIndex) {
    const [, name, type, mountpoint, rest] = line.exec(stdout) ?? [];
    if (name === undefined || mountpoint === undefined || rest === undefined || !isType(type)) {
      const unexpected = stdout.slice(start, stdout.indexOf('\n', start)).slice(0, 200);
      return unknown('unreadable', question, `unexpected line: ${unexpected}`);
    }
    datasets.push(new ListedDataset(name, type, mountpoint, rest));
  }
  return known(datasets);
}

/** Name, type, mountpoint, and the other cells: the value of `mounted` confirms where the mountpoint ends. */
const LINE = new RegExp(
  `([^\\t\\n]*)\\t([a-z]+)\\t([^\\t\\n]*(?:\\t[^\\t\\n]*)*?)\\t((?:yes|no|-)(?:\\t[^\\t\\n]*){${PROPERTIES.length - 1}})\\n`,
);

const isType = (type: string | undefined): type is Dataset['type'] =>
  type === 'filesystem' || type === 'volume';

class ListedDataset implements Dataset {
  private decoded: DatasetProperties | undefined;

  constructor(
    readonly name: string,
    readonly type: Dataset['type'],
    readonly mountpoint: string,
    private readonly cells: string,
  ) {}

  get properties(): DatasetProperties {
    return (this.decoded ??= decode(this.cells));
  }

  toJSON(): Dataset {
    const { name, type, mountpoint, properties } = this;
    return { name, type, mountpoint, properties };
  }
}

/** @param cells of the columns after mountpoint */
function decode(cells: string): DatasetProperties {
  const values = cells.split('\t');
  const cell = (column: (typeof PROPERTIES)[number]): string => values[PROPERTIES.indexOf(column)] ?? '-';
  return {
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

/** The listing once these datasets are mounted, with their keys loaded. */
export function listedAsMounted(listing: string, names: ReadonlySet<string>): string {
  const mounted = PROPERTIES.indexOf('mounted');
  const keystatus = PROPERTIES.indexOf('keystatus');
  return listing.replace(new RegExp(LINE, 'g'), (line, name: string, type, mountpoint, rest: string) => {
    if (!names.has(name)) return line;
    const cells = rest.split('\t');
    cells[mounted] = 'yes';
    if (cells[keystatus] === 'unavailable') cells[keystatus] = 'available';
    return `${[name, type, mountpoint, ...cells].join('\t')}\n`;
  });
}

/** `-` marks a property that the dataset does not have (quota of a volume). */
const bytes = (cell: string): number => (/^\d+$/.test(cell) ? Number(cell) : 0);

/** The path at which the dataset is mounted by its own property, rather than none or legacy. */
export function mountsAt(dataset: Dataset): string | undefined {
  return dataset.mountpoint.startsWith('/') ? dataset.mountpoint : undefined;
}
