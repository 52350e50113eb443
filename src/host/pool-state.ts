/** Where the kernel keeps a directory for each imported pool. */
export const KSTAT = '/proc/spl/kstat/zfs';

/** Where the kernel tells the state of a pool without taking a lock (spa_stats.c, since OpenZFS 0.8). */
export const poolStateFile = (pool: string): string => `${KSTAT}/${pool}/state`;

export function poolOf(dataset: string): string {
  return dataset.split(/[/@#]/, 1)[0] ?? dataset;
}

/** Whether a dataset lies below another one. */
export const isBelow = (dataset: string, above: string): boolean =>
  dataset.startsWith(above) && dataset[above.length] === '/';

/** Whether it is that dataset or lies below it. Not `contains` of paths, to which everything lies below "/". */
export const isWithin = (dataset: string, above: string): boolean =>
  dataset === above || isBelow(dataset, above);

/** The dataset above, or `''` for that of a pool. */
export const parentDataset = (dataset: string): string =>
  dataset.slice(0, Math.max(0, dataset.lastIndexOf('/')));
