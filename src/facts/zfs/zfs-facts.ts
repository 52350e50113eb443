import { concernsZfs } from './zfs-concern.js';
import { ZFS_SUPER_MAGIC, type Host } from '../../host/host.js';
import { known, mapProbe, unknown, valueOf, type Probe } from '../../host/probe.js';
import { collectPlans } from './boot-plans.js';
import { statCandidates } from './dataset-lookup.js';
import { listDatasets } from './datasets.js';
import { agreedListing } from './listing-agreement.js';
import type { ZfsFacts } from '../facts.js';
import type { PathFacts } from '../path-facts.js';
import { listOfFsname } from './fsname-listing.js';
import { findTool, lookPath } from '../../host/look-path.js';
import type { Mount } from '../../host/mountinfo.js';
import { poolAnswers, readPools } from './pools.js';
import { poolOf } from '../../host/pool-state.js';
import type { CollectionRequest } from '../request.js';
import { collectDeepZfs } from './deep-zfs.js';
import { decodeText } from '../../text/utf8.js';

/** The module, the pools' states and, where it is safe and matters, the datasets. */
export async function collectZfs(
  host: Host,
  request: CollectionRequest,
  { graphroot, driverRoot }: { readonly graphroot: PathFacts; readonly driverRoot: PathFacts },
  mounts: Probe<readonly Mount[]>,
): Promise<ZfsFacts> {
  const version = await host.readFile('/sys/module/zfs/version');
  const module =
    version.state === 'known'
      ? known({ version: decodeText(version.value).trim() })
      : mapProbe(await host.stat('/sys/module/zfs'), () => ({ version: '' }));
  const device = await host.stat('/dev/zfs');
  const command = await lookPath(host, 'zfs', request.service.path);
  const pools = await readPools(host);
  const lookup = await statCandidates(host, driverRoot, mounts);
  if (!zfsMayMatter(request, graphroot)) {
    const datasets = notAsked('neither the driver nor the file system is ZFS');
    return {
      module,
      device,
      command,
      pools,
      datasets,
      lookup,
      ...(await overlayPrograms(host, request, graphroot)),
    };
  }
  const overlay = await overlayPrograms(host, request, graphroot);
  const facts = { module, device, command, pools, ...overlay, ...(await collectPlans(host, device, pools)) };
  const askable = askablePools(module, device, pools);
  const zfs = await zfsProgram(host, command);
  if (typeof askable === 'string' || zfs === undefined) {
    const why = typeof askable === 'string' ? askable : 'the zfs command was not found';
    return { ...facts, datasets: notAsked(why), lookup };
  }
  const answers = (pool: string): boolean => askable.all || askable.names.includes(pool);
  // A pool that does not answer is left out by naming the others: it must not hide a healthy one.
  const listed = await listDatasets(host, zfs, askable.all ? [] : askable.names);
  const datasets = agreedListing(listed, mounts, askable.names);
  const listing = await driverListing(host, zfs, target(request, driverRoot, lookup), datasets, askable);
  return {
    ...facts,
    datasets,
    lookup,
    ...(listing === undefined ? {} : { fsnameListing: listing }),
    ...(request.deep ? await collectDeepZfs(host, zfs, { request, graphroot, answers }) : {}),
  };
}

/** The dataset that the driver will ask about. */
function target(
  { fsname }: CollectionRequest,
  driverRoot: PathFacts,
  lookup: ZfsFacts['lookup'],
): string | undefined {
  if (fsname !== '') return fsname;
  const wanted = valueOf(driverRoot.nearest.status)?.device;
  return lookup.find(({ device }) => valueOf(device) === wanted)?.mount.source;
}

/** The driver's own question, where the list of all datasets does not answer it already. */
async function driverListing(
  host: Host,
  zfs: string,
  dataset: string | undefined,
  datasets: ZfsFacts['datasets'],
  askable: Askable,
): Promise<ZfsFacts['fsnameListing']> {
  // A name that starts with a dash would be an option of ours.
  if (dataset === undefined || dataset.startsWith('-')) return undefined;
  if (!(askable.all || askable.names.includes(poolOf(dataset)))) return undefined;
  if (datasets.state === 'known') {
    const isListed = datasets.value.some(({ name, type }) => name === dataset && type === 'filesystem');
    return isListed ? undefined : listOfFsname(host, zfs, dataset);
  }
  // What hung once is not asked again.
  const answers = datasets.state === 'unknown' && ['failed', 'unreadable'].includes(datasets.why.kind);
  return answers ? listOfFsname(host, zfs, dataset) : undefined;
}

/** What overlay can do without the kernel, where it may be tried. */
async function overlayPrograms(
  host: Host,
  { driver, mountProgram, additionalStores, composefs, service }: CollectionRequest,
  graphroot: PathFacts,
): Promise<Pick<ZfsFacts, 'fuseOverlayfs' | 'mountProgram' | 'additionalStores' | 'composefsHelper'>> {
  if (driver !== '' && driver !== 'overlay' && driver !== 'overlay2') return {};
  // Elsewhere the kernel's own overlay works, unless its mount options cannot hold the path.
  const needed = valueOf(graphroot.fileSystem)?.type === ZFS_SUPER_MAGIC || /[\\:,]/.test(graphroot.path);
  return {
    ...(needed ? { fuseOverlayfs: await lookPath(host, 'fuse-overlayfs', service.path) } : {}),
    ...(mountProgram === '' ? {} : { mountProgram: await host.stat(mountProgram) }),
    ...(additionalStores.length === 0 ? {} : { additionalStores: await statEach(host, additionalStores) }),
    ...(composefs ? { composefsHelper: await lookPath(host, 'mkcomposefs', service.path) } : {}),
  };
}

const statEach = (host: Host, paths: readonly string[]) =>
  Promise.all(paths.map(async (path) => ({ path, status: await host.stat(path) })));

const notAsked = (detail: string) => unknown('not-asked', 'list the datasets', detail);

/** Pools that answer, by name. */
interface Askable {
  readonly all: boolean;
  readonly names: readonly string[];
}

/** Pools that answer; or why no program of ZFS may be run. */
function askablePools(
  module: ZfsFacts['module'],
  device: ZfsFacts['device'],
  pools: ZfsFacts['pools'],
): Askable | string {
  if (module.state === 'absent') return 'the zfs module is not loaded';
  // libzfs_load_module: every zfs command waits ten seconds for the device to come, and then gives up.
  if (device.state === 'absent') return 'there is no /dev/zfs';
  if (pools.state !== 'known') return 'the states of the pools could not be read';
  const stuck = pools.value.filter((pool) => !poolAnswers(pool));
  const names = pools.value.filter(poolAnswers).map(({ name }) => name);
  if (stuck.length === 0 || names.length > 0) return { all: stuck.length === 0, names };
  const states = stuck.map((pool) => `${pool.name} (${valueOf(pool.state) ?? 'state unknown'})`);
  return `zfs could hang on ${states.join(', ')}`;
}

/** The service may lack the command that we still need to understand why. */
export async function zfsProgram(host: Host, command: Probe<string>): Promise<string | undefined> {
  if (command.state === 'known') return command.value;
  return valueOf(await findTool(host, 'zfs'));
}

export const zfsMayMatter = (
  { driver }: Pick<CollectionRequest, 'driver'>,
  { fileSystem, parentFileSystem }: PathFacts,
): boolean => concernsZfs(driver, [valueOf(fileSystem)?.type, valueOf(parentFileSystem)]);
