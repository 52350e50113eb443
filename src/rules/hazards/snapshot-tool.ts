import { contains } from '../../host/containment.js';
import type { Dataset } from '../../facts/zfs/datasets.js';
import { SANOID_CONF, type SnapshotTools } from '../../facts/node/snapshot-tools.js';
import { isBelow } from '../../host/pool-state.js';
import { valueOf, type Probe } from '../../host/probe.js';

export type SnapshotTool = 'zfs-auto-snapshot' | 'sanoid' | 'syncoid' | 'znapzend' | 'zrepl' | 'zsys';

interface SnapshotSource {
  readonly tool: SnapshotTool;
  /** The property, the file or the section that says so. */
  readonly because: string;
  /** sanoid with recursive = zfs: sections for datasets below it do not count. */
  readonly atOnce?: true;
}

type Found = SnapshotSource | undefined;

/** The tool that takes snapshots of all below the dataset, and what says so. */
export function snapshotToolOf(
  dataset: Dataset,
  tools: SnapshotTools | undefined,
  snapshots: Probe<readonly string[]> | undefined,
): Found {
  return (
    autoSnapshot(dataset, tools) ?? sanoid(dataset, tools) ?? znapzend(dataset) ?? taken(dataset, snapshots)
  );
}

function autoSnapshot(
  { properties: { autoSnapshot: value } }: Dataset,
  tools: SnapshotTools | undefined,
): Found {
  const tool = 'zfs-auto-snapshot';
  if (value === 'true') return { tool, because: 'com.sun:auto-snapshot=true is set' };
  const job = tools === undefined ? undefined : valueOf(tools.autoSnapshotJob);
  return value === '-' && job !== undefined
    ? { tool, because: `${job} takes what com.sun:auto-snapshot does not exclude` }
    : undefined;
}

/** The section of the nearest dataset decides, unless one above snapshots all below it in one go. */
function sanoid({ name }: Dataset, tools: SnapshotTools | undefined): Found {
  const sections = tools === undefined ? [] : (valueOf(tools.sanoid) ?? []);
  const covering = sections
    .filter(({ dataset, recursive }) => recursive !== 'no' && contains(dataset, name))
    .sort((a, b) => b.dataset.length - a.dataset.length);
  const atOnce = covering.find(({ recursive, takesSnapshots }) => recursive === 'zfs' && takesSnapshots);
  const section = atOnce ?? covering[0];
  if (section?.takesSnapshots !== true) return undefined;
  const place = `[${section.dataset}] in ${SANOID_CONF}`;
  return section === atOnce
    ? { tool: 'sanoid', because: `${place} has recursive = zfs`, atOnce: true }
    : { tool: 'sanoid', because: `${place} is recursive` };
}

function znapzend({ properties }: Dataset): Found {
  const { znapzendPlan, znapzendRecursive, znapzendEnabled } = properties;
  const planned = znapzendPlan !== '-' && znapzendRecursive === 'on' && znapzendEnabled !== 'off';
  return planned ? { tool: 'znapzend', because: 'org.znapzend:src_plan is set and recursive' } : undefined;
}

/** How the tools name their snapshots. Those of the driver itself are numbers. */
const NAMES: readonly (readonly [RegExp, SnapshotTool])[] = [
  [/@zfs-auto-snap[_-]/, 'zfs-auto-snapshot'],
  [/@autosnap_/, 'sanoid'],
  [/@syncoid_/, 'syncoid'],
  [/@zrepl_/, 'zrepl'],
  [/@autozsys_/, 'zsys'],
];

function taken({ name }: Dataset, snapshots: Probe<readonly string[]> | undefined): Found {
  const ofLayers = (snapshots === undefined ? [] : (valueOf(snapshots) ?? [])).filter((snapshot) =>
    isBelow(snapshot, name),
  );
  for (const [pattern, tool] of NAMES) {
    const its = ofLayers.filter((snapshot) => pattern.test(snapshot));
    const [first] = its;
    if (first !== undefined) {
      return { tool, because: `${its.length} ${its.length === 1 ? 'is' : 'are'} there, such as ${first}` };
    }
  }
  return undefined;
}
