import type { Host } from '../../host/host.js';
import { chainProbe, known, unknown, type Probe } from '../../host/probe.js';

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
export async function listSnapshots(
  host: Host,
  zfs: string,
  dataset: string,
): Promise<Probe<readonly string[]>> {
  return chainProbe(await host.run(zfs, snapshotListArguments(dataset)), ({ exitCode, stdout, stderr }) =>
    exitCode === 0
      ? known(stdout.split('\n').filter((name) => name !== ''))
      : unknown('failed', 'list the snapshots', stderr.trim()),
  );
}
