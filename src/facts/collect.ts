import type { Host } from '../host/host.js';
import { valueOf, type Probe } from '../host/probe.js';
import type { Facts, ServiceFacts, ZfsFacts } from './facts.js';
import type { PathFacts } from './path-facts.js';
import { readMounts } from '../host/mount-table.js';
import type { Mount } from '../host/mountinfo.js';
import { collectPath } from './path.js';
import { collectDeep } from './node/deep.js';
import { readDockerStore } from './node/docker.js';
import { readMountUnits } from './node/mount-units.js';
import { isContainer } from './node/container.js';
import { findIntended, readKeyFile, readZoned, type IntendedDataset } from './zfs/intended.js';
import { readContents } from './store/mountpoint-contents.js';
import type { CollectionRequest } from './request.js';
import { readOrdering } from './node/service-ordering.js';
import { cleanShutdownFiles, usualFiles } from '../config/storage-conf/usual-files.js';
import { collectZfs, zfsMayMatter, zfsProgram } from './zfs/zfs-facts.js';
import { DRIVER_NAMES, readStore, type StoreFacts, type StorePlace } from './store/store.js';
import { collectSurroundings } from './node/surroundings.js';

/**
 * Asks the host everything the prediction and the rules need, cheapest first. No program of ZFS is run
 * before the states of the pools were read, and none where its answer cannot matter.
 */
export async function collectFacts(host: Host, request: CollectionRequest): Promise<Facts> {
  // Mounts an automount on the way, so that the table that is read next contains it.
  await host.statFileSystem(request.graphroot);
  const mounts = await readMounts(host);
  const storeDriver = request.driver === '' ? 'zfs' : request.driver;
  const place: StorePlace = {
    graphroot: request.graphroot,
    imagestore: request.imagestore,
    runroot: request.runroot,
    driver: storeDriver,
    candidates: request.driver === '' ? DRIVER_NAMES : [request.driver],
    workingDirectory: request.workingDirectory,
  };
  const ahead = [...usualFiles(place), ...cleanShutdownFiles(request.cleanShutdownFile)];
  await host.lookAhead?.({ directory: request.graphroot, paths: ahead });
  const graphroot = await collectPath(host, request.graphroot, mounts);
  const runroot = await collectPath(host, request.runroot, mounts);
  const imagestore =
    request.imagestore === ''
      ? undefined
      : await collectPath(host, request.imagestore, mounts, request.workingDirectory);
  const driverRoot = request.driverInImagestore ? (imagestore ?? graphroot) : graphroot;
  const zfs = await collectZfs(host, request, { graphroot, driverRoot }, mounts);
  const store = await readStore(host, place);
  return {
    mounts,
    graphroot,
    runroot,
    ...(imagestore === undefined ? {} : { imagestore }),
    zfs,
    store,
    service: await collectService(host, request, graphroot),
    ...(zfsMayMatter(request, graphroot)
      ? {
          ...(await collectAround(host, request, place, store, mounts)),
          ...(await collectIntended(host, graphroot, zfs, mounts)),
          mountUnits: await readMountUnits(host, graphroot, mounts),
          docker: await readDockerStore(host),
        }
      : {}),
  };
}

async function collectService(
  host: Host,
  { service, deep, ordering, onStep }: CollectionRequest,
  graphroot: PathFacts,
): Promise<ServiceFacts> {
  const onZfs = valueOf(graphroot.mount)?.fileSystem === 'zfs';
  if (!onZfs || !(deep || ordering)) return service;
  onStep?.('asking systemd what crio.service waits for');
  return { ...service, ordering: await readOrdering(host) };
}

async function collectIntended(
  host: Host,
  graphroot: PathFacts,
  { command, datasets, planned = [] }: ZfsFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<{ intended?: IntendedDataset }> {
  const found = findIntended({ graphroot, mounts, datasets, planned });
  if (found === undefined) return {};
  const listed = valueOf(datasets) ?? [];
  const zoned = await readZoned(host, await zfsProgram(host, command), found.dataset, listed);
  const byHost = valueOf(zoned) !== true && !(found.source === 'property' && (await isContainer(host)));
  const mountedAtBoot = found.mountedAtBoot && byHost;
  const contents = await readContents(host, found.mountpoint, graphroot.physical);
  const keyFile = await readKeyFile(host, found.dataset, listed);
  return {
    intended: { ...found, mountedAtBoot, zoned, contents, ...(keyFile === undefined ? {} : { keyFile }) },
  };
}

async function collectAround(
  host: Host,
  { cleanShutdownFile, deep, onStep }: CollectionRequest,
  place: StorePlace,
  store: StoreFacts,
  mounts: Probe<readonly Mount[]>,
): Promise<Pick<Facts, 'surroundings' | 'deep'>> {
  const where = { ...place, ...(cleanShutdownFile === undefined ? {} : { cleanShutdownFile }) };
  const surroundings = await collectSurroundings(host, where, store);
  if (!deep) return { surroundings };
  return {
    surroundings,
    deep: await collectDeep(host, place, { store, mounts, selinux: surroundings.selinuxEnforcing, onStep }),
  };
}
