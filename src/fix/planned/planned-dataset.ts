import { ZFS_LIST_ARGUMENTS } from '../../facts/zfs/datasets.js';
import { parentDataset } from '../../host/pool-state.js';

/** A dataset that is still to be made. What is not named it inherits from the one above. */
export interface PlannedDataset {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
}

const COLUMNS = (ZFS_LIST_ARGUMENTS.at(-1) ?? '').split(',');

/** The listing once these datasets are made; one whose parent is not listed cannot be. */
export function listedWith(listing: string, datasets: readonly PlannedDataset[]): string {
  const lines = listing.split('\n');
  const made = datasets.flatMap(({ name, properties }) => {
    const parent = lines.find((line) => line.startsWith(`${parentDataset(name)}\t`))?.split('\t');
    if (parent?.length !== COLUMNS.length) return [];
    const own: Readonly<Record<string, string>> = { ...properties, name, mounted: 'no', canmount: 'on' };
    return [`${COLUMNS.map((column, at) => own[column] ?? parent[at] ?? '-').join('\t')}\n`];
  });
  return listing + made.join('');
}
