import type { Host } from '../host/host.js';
import { known, mapProbe, unknown, valueOf, type Probe } from '../host/probe.js';
import { contains } from './containment.js';
import { listDatasets } from './datasets.js';
import type { Facts, PathFacts, ServiceFacts, ZfsFacts } from './facts.js';
import { parseMountInfo, type Mount } from './mountinfo.js';
import { collectPath } from './path.js';
import { poolAnswers, readPools } from './pools.js';
import { collectDeep } from './deep.js';
import { readDockerStore } from './docker.js';
import { findIntended, physicalPath, type IntendedDataset } from './intended.js';
import { installedModule } from './kernel-module.js';
import { readContents } from './mountpoint-contents.js';
import { readPlannedMounts } from './planned-mounts.js';
import { readCachedPools } from './pool-cache.js';
import { readOrdering, readToolsVersion } from './service-ordering.js';
import { readStore, type StoreFacts, type StorePlace } from './store.js';
import { collectSurroundings } from './surroundings.js';
import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { listOfFsname } from './fsname-listing.js';
import { lookPath } from './look-path.js';

/** What the collection needs to know of CRI-O: values as the store makes them (absolute, cleaned). */
export interface CollectionRequest {
  readonly graphroot: string;
  readonly runroot: string;
  readonly imagestore: string;
  readonly driver: string;
  /** zfs.fsname as the driver will read it; empty when it is not set. */
  readonly fsname: string;
  readonly service: ServiceFacts;
  /** clean_shutdown_file, where it differs from CRI-O's default. */
  readonly cleanShutdownFile?: string;
  /** Also look at what takes long. */
  readonly deep: boolean;
}

/**
 * Asks the host everything the prediction and the rules need, cheapest first. No program of ZFS is run
 * before the states of the pools were read, and none where its answer cannot matter.
 */
export async function collectFacts(host: Host, request: CollectionRequest): Promise<Facts> {
  const mountTable = await host.readFile('/proc/self/mountinfo', 64 * 1024 * 1024);
  const mounts = mountTable.state === 'known' ? parseMountInfo(mountTable.value) : mountTable;
  const graphroot = await collectPath(host, request.graphroot, mounts);
  const runroot = await collectPath(host, request.runroot, mounts);
  const imagestore =
    request.imagestore === '' ? undefined : await collectPath(host, request.imagestore, mounts);
  const zfs = await collectZfs(host, request, graphroot, mounts);
  const storeDriver = request.driver === '' ? 'zfs' : request.driver;
  const place = { graphroot: request.graphroot, imagestore: request.imagestore, driver: storeDriver };
  const store = await readStore(host, place);
  return {
    mounts,
    graphroot,
    runroot,
    ...(imagestore === undefined ? {} : { imagestore }),
    zfs,
    store,
    service: await collectService(host, request, graphroot),
    ...(matters(request, graphroot)
      ? {
          ...(await collectAround(host, request, place, store, mounts)),
          ...(await collectIntended(host, graphroot, zfs, mounts)),
          docker: await readDockerStore(host),
        }
      : {}),
  };
}

async function collectService(
  host: Host,
  { service, deep }: CollectionRequest,
  graphroot: PathFacts,
): Promise<ServiceFacts> {
  const onZfs = valueOf(graphroot.mount)?.fileSystem === 'zfs';
  return deep && onZfs ? { ...service, ordering: await readOrdering(host) } : service;
}

async function collectIntended(
  host: Host,
  graphroot: PathFacts,
  { datasets, planned = [] }: ZfsFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<{ intended?: IntendedDataset }> {
  const found = findIntended({ graphroot, mounts, datasets, planned });
  if (found === undefined) return {};
  const contents = await readContents(host, found.mountpoint, physicalPath(graphroot));
  return { intended: { ...found, contents } };
}

async function collectAround(
  host: Host,
  { cleanShutdownFile, deep }: CollectionRequest,
  place: StorePlace,
  store: StoreFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<Pick<Facts, 'surroundings' | 'deep'>> {
  const where = { ...place, ...(cleanShutdownFile === undefined ? {} : { cleanShutdownFile }) };
  const surroundings = await collectSurroundings(host, where, store);
  if (!deep) return { surroundings };
  return {
    surroundings,
    deep: await collectDeep(host, place, store, mounts, surroundings.selinuxEnforcing),
  };
}

async function collectZfs(
  host: Host,
  request: CollectionRequest,
  graphroot: PathFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<ZfsFacts> {
  const version = await host.readFile('/sys/module/zfs/version');
  const module =
    version.state === 'known'
      ? known({ version: new TextDecoder().decode(version.value).trim() })
      : mapProbe(await host.stat('/sys/module/zfs'), () => ({ version: '' }));
  const device = await host.stat('/dev/zfs');
  const command = await lookPath(host, 'zfs', request.service.path);
  const pools = await readPools(host);
  const lookup = await statCandidates(host, graphroot, mounts);
  if (!matters(request, graphroot)) {
    const datasets = notAsked('neither the driver nor the file system is ZFS');
    return { module, device, command, pools, datasets, lookup };
  }
  const facts = { module, device, command, pools, ...(await collectPlans(host, device, pools)) };
  const blocked = whyNotRun(module, pools);
  const zfs = await zfsProgram(host, command);
  if (blocked !== undefined || zfs === undefined) {
    return { ...facts, datasets: notAsked(blocked ?? 'the zfs command was not found'), lookup };
  }
  const datasets = await listDatasets(host, zfs);
  const { fsname } = request;
  const listed =
    fsname === '' ||
    datasets.state !== 'known' ||
    datasets.value.some(({ name, type }) => name === fsname && type === 'filesystem');
  const listing = listed ? undefined : await listOfFsname(host, zfs, fsname);
  return {
    ...facts,
    datasets,
    lookup,
    ...(listing === undefined ? {} : { fsnameListing: listing }),
    ...(request.deep ? { toolsVersion: await readToolsVersion(host, zfs) } : {}),
  };
}

/** What the host would have mounted, imported and loaded: for the causes of what is missing. */
async function collectPlans(
  host: Host,
  device: ZfsFacts['device'],
  pools: ZfsFacts['pools'],
): Promise<Pick<ZfsFacts, 'planned' | 'cachedPools' | 'installedModule'>> {
  return {
    planned: await readPlannedMounts(host, pools),
    cachedPools: await readCachedPools(host),
    ...(device.state === 'absent' ? { installedModule: await installedModule(host) } : {}),
  };
}

const notAsked = (detail: string) => unknown('not-asked', 'list the datasets', detail);

/** With another driver on another file system, no answer of ZFS can change anything. */
function matters(request: CollectionRequest, graphroot: PathFacts): boolean {
  if (request.driver === 'zfs' || request.driver === '') return true;
  return [graphroot.parentFileSystem, mapProbe(graphroot.fileSystem, ({ type }) => type)].some(
    (type) => valueOf(type) === ZFS_SUPER_MAGIC,
  );
}

function whyNotRun(module: ZfsFacts['module'], pools: ZfsFacts['pools']): string | undefined {
  if (module.state === 'absent') return 'the zfs module is not loaded';
  if (pools.state !== 'known') return 'the states of the pools could not be read';
  const stuck = pools.value.filter((pool) => !poolAnswers(pool));
  if (stuck.length === 0) return undefined;
  const names = stuck.map((pool) => `${pool.name} (${valueOf(pool.state) ?? 'state unknown'})`);
  return `zfs could hang on ${names.join(', ')}`;
}

/** The service may lack the command that we still need to understand why. */
async function zfsProgram(host: Host, command: Probe<string>): Promise<string | undefined> {
  if (command.state === 'known') return command.value;
  return valueOf(await lookPath(host, 'zfs', '/usr/sbin:/sbin:/usr/bin:/run/current-system/sw/bin'));
}

/**
 * The mountpoints that lookupZfsDataset (drivers/zfs/zfs.go) may find for graphroot. It stats every
 * mountpoint of the table; only those can match that show the wanted device, by themselves or because a
 * file system with that device was mounted over them or over a directory above.
 */
async function statCandidates(
  host: Host,
  graphroot: PathFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<ZfsFacts['lookup']> {
  const { status } = graphroot.nearest;
  if (mounts.state !== 'known' || status.state !== 'known') return [];
  const wanted = status.value.device;
  const covering = mounts.value.filter((mount) => mount.device === wanted);
  const found: { mount: Mount; device: Probe<string> }[] = [];
  for (const mount of mounts.value) {
    if (mount.fileSystem !== 'zfs') continue;
    if (!covering.some((cover) => contains(cover.mountpoint, mount.mountpoint))) continue;
    const device = mapProbe(await host.stat(mount.mountpoint), (answer) => answer.device);
    found.push({ mount, device });
    if (valueOf(device) === wanted) break;
  }
  return found;
}
