import type { Execution, Host } from '../../host/host.js';
import type { Probe } from '../../host/probe.js';

/** The columns of go-zfs's dsPropList, in its order: they stand in CRI-O's words when the listing fails. */
export const GO_ZFS_COLUMNS =
  'name,origin,used,available,mountpoint,compression,type,volsize,quota,referenced,written,logicalused,usedbydataset';

/** What go-zfs Filesystems() runs for the driver's Init. */
export const driverListArguments = (fsname: string): readonly string[] => [
  'list',
  '-rHp',
  '-t',
  'filesystem',
  '-o',
  GO_ZFS_COLUMNS,
  fsname,
];

/** Asks exactly what the driver will ask, so that its refusal is known in ZFS's own words. */
export function listOfFsname(host: Host, zfs: string, fsname: string): Promise<Probe<Execution>> {
  return host.run(zfs, driverListArguments(fsname));
}
