import { complaintOf, type Host } from '../../host/host.js';
import { poolOf } from '../../host/pool-state.js';
import { chainProbe, known, unknown, valueOf, type Probe } from '../../host/probe.js';
import type { ZfsFacts } from '../facts.js';
import type { PathFacts } from '../path-facts.js';
import type { CollectionRequest } from '../request.js';

export interface DeepZfsRequest {
  readonly request: CollectionRequest;
  readonly graphroot: PathFacts;
  /** Whether zfs can be asked about a pool without hanging. */
  readonly answers: (pool: string) => boolean;
}

/** Questions that cost a process each; only with `--check --deep`. */
export async function collectDeepZfs(
  host: Host,
  zfs: string,
  { request: { fsname, onStep }, graphroot, answers }: DeepZfsRequest,
): Promise<Pick<ZfsFacts, 'toolsVersion' | 'snapshots'>> {
  onStep?.('asking zfs for its version');
  const toolsVersion = await readToolsVersion(host, zfs);
  const carrying = valueOf(graphroot.mount);
  const layers = fsname === '' && carrying?.fileSystem === 'zfs' ? carrying.source : fsname;
  if (layers === '' || !answers(poolOf(layers))) return { toolsVersion };
  onStep?.(`listing the snapshots below ${layers}`);
  return { toolsVersion, snapshots: await listSnapshots(host, zfs, layers) };
}

/** `zfs version` prints the version of the tools first: zfs-2.1.11-1. */
async function readToolsVersion(host: Host, zfs: string): Promise<Probe<string>> {
  return chainProbe(await host.run(zfs, ['version']), ({ stdout, stderr }) => {
    const version = /^zfs-(?!kmod)(\S+)/m.exec(stdout)?.[1];
    return version === undefined
      ? unknown('unreadable', 'read the version of the zfs command', stderr.trim() || stdout.trim())
      : known(version);
  });
}

export const snapshotListArguments = (dataset: string): readonly string[] => [
  'list',
  '-H',
  '-t',
  'snapshot',
  '-o',
  'name',
  '-r',
  '--',
  dataset,
];

/** Names of the snapshots of a dataset and of all below it: there may be tens of thousands. */
async function listSnapshots(host: Host, zfs: string, dataset: string): Promise<Probe<readonly string[]>> {
  return chainProbe(await host.run(zfs, snapshotListArguments(dataset)), ({ exitCode, stdout, stderr }) =>
    exitCode === 0
      ? known(stdout.split('\n').filter((name) => name !== ''))
      : unknown('failed', 'list the snapshots', complaintOf({ exitCode, stderr })),
  );
}
