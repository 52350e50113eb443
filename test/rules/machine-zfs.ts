import { ZFS_LIST_ARGUMENTS } from '../../src/facts/zfs/datasets.js';
import { snapshotListArguments } from '../../src/facts/zfs/deep-zfs.js';
import { zonedArguments } from '../../src/facts/zfs/intended.js';
import { driverListArguments } from '../../src/facts/zfs/fsname-listing.js';
import type { Execution } from '../../src/host/host.js';
import { known, type Probe } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import type { ExampleDataset } from '../../src/rules/example-parts.js';
import { datasetsOf, isMounted, poolsOf } from './machine-mounts.js';

/** What ZFS shows of itself on an example: files of the kernel, and the answers of its command. */
export interface ZfsAnswers {
  readonly files: Readonly<Record<string, string>>;
  readonly directories: readonly string[];
  readonly programs: Readonly<Record<string, Probe<Execution>>>;
}

const MODULE_VERSION = '2.1.11-1+deb12u1';

/** What `zfs list` shows of a dataset of which nothing else is said. */
export const USUAL_PROPERTIES: Readonly<Record<string, string>> = {
  type: 'filesystem',
  canmount: 'on',
  keystatus: '-',
  keylocation: 'none',
  encryptionroot: '-',
  readonly: 'off',
  available: '872247808',
  used: '24576',
  referenced: '24576',
  quota: '0',
  refquota: '0',
  xattr: 'sa',
  acltype: 'posix',
  exec: 'on',
  setuid: 'on',
  devices: 'on',
  origin: '-',
};

export function zfsAnswers(example: ExampleMachine): ZfsAnswers {
  const { module = MODULE_VERSION } = example;
  const files: Record<string, string> = {};
  const directories: string[] = [];
  if (module !== null) {
    directories.push('/proc/spl/kstat/zfs', '/sys/module/zfs');
    if (example.device !== false) files['/dev/zfs'] = '';
    files['/sys/module/zfs/version'] = `${module}\n`;
    for (const [pool, state] of Object.entries(poolsOf(example))) {
      files[`/proc/spl/kstat/zfs/${pool}/state`] = `${state}\n`;
    }
  }
  if (example.command !== false) files['/usr/sbin/zfs'] = '';
  return { files, directories, programs: programs(example, module ?? MODULE_VERSION) };
}

function programs(example: ExampleMachine, module: string): ZfsAnswers['programs'] {
  const datasets = datasetsOf(example);
  const columns = (ZFS_LIST_ARGUMENTS[ZFS_LIST_ARGUMENTS.length - 1] ?? '').split(',');
  const list = datasets.map((dataset) => columns.map((column) => property(dataset, column)).join('\t'));
  const answers: Record<string, Probe<Execution>> = {
    [command(ZFS_LIST_ARGUMENTS)]: known({ exitCode: 0, stdout: lines(list), stderr: '' }),
    [command(['version'])]: known({
      exitCode: 0,
      stdout: lines([`zfs-${example.tools ?? module}`, `zfs-kmod-${module}`]),
      stderr: '',
    }),
  };
  const healthy = Object.entries(poolsOf(example)).filter(([, state]) => /^(ONLINE|DEGRADED)$/.test(state));
  if (healthy.length > 0) {
    const names = healthy.map(([pool]) => pool);
    const below = datasets.flatMap(({ name }, index) =>
      names.includes(name.split('/')[0] ?? '') ? [list[index] ?? ''] : [],
    );
    const line = command([...ZFS_LIST_ARGUMENTS, '-r', '--', ...names]);
    answers[line] = known({ exitCode: 0, stdout: lines(below), stderr: '' });
  }
  for (const { name } of datasets) {
    const below = (example.snapshots ?? []).filter((snapshot) => /^[@/]/.test(snapshot.slice(name.length)));
    const found = below.filter((snapshot) => snapshot.startsWith(name));
    answers[command(snapshotListArguments(name))] = known({ exitCode: 0, stdout: lines(found), stderr: '' });
  }
  for (const dataset of datasets) {
    const stdout = lines([dataset.properties?.['zoned'] ?? 'off']);
    answers[command(zonedArguments(dataset.name))] = known({ exitCode: 0, stdout, stderr: '' });
  }
  for (const name of namedDatasets(example)) {
    answers[command(driverListArguments(name))] = known(listing(name, datasets));
  }
  return answers;
}

const command = (args: readonly string[]): string => ['/usr/sbin/zfs', ...args].join(' ');

const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('');

function property(dataset: ExampleDataset, column: string): string {
  switch (column) {
    case 'name':
      return dataset.name;
    case 'mountpoint':
      return dataset.mountpoint;
    case 'mounted':
      return isMounted(dataset) ? 'yes' : 'no';
    default:
      return dataset.properties?.[column] ?? USUAL_PROPERTIES[column] ?? '-';
  }
}

/** Whatever the example may mean by zfs.fsname, wherever it sets it. */
function namedDatasets(example: ExampleMachine): readonly string[] {
  const texts = [example.fsname ?? '', ...Object.values(example.files ?? {}), ...(example.flags ?? [])];
  const named = texts.flatMap((text) =>
    [...text.matchAll(/fsname\s*=\s*"?([^"\s]+)/gi)].map((match) => match[1] ?? ''),
  );
  return [...(example.fsname === undefined ? [] : [example.fsname]), ...named];
}

/** The words of zfs-list(8) for a name that is none of a file system. */
function listing(name: string, datasets: readonly ExampleDataset[]): Execution {
  const found = datasets.find((dataset) => dataset.name === name);
  if (found !== undefined && property(found, 'type') === 'filesystem') {
    return { exitCode: 0, stdout: `${name}\t-\n`, stderr: '' };
  }
  return { exitCode: 1, stdout: '', stderr: `cannot open '${name}': ${whyNot(name, found)}\n` };
}

function whyNot(name: string, found: ExampleDataset | undefined): string {
  if (name.startsWith('/')) return 'No such file or directory';
  if (name.endsWith('/')) return 'trailing slash in name';
  if (name.includes('@')) return "snapshot delimiter '@' is not expected here";
  return found === undefined ? 'dataset does not exist' : 'operation not applicable to datasets of this type';
}
