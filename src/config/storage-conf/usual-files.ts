import { goJoin } from '../../host/paths.js';

/** The default of clean_shutdown_file (pkg/config/config_unix.go). */
export const CLEAN_SHUTDOWN_FILE = '/var/lib/crio/clean.shutdown';

/** The files that tell how CRI-O ended. */
export const cleanShutdownFiles = (path: string = CLEAN_SHUTDOWN_FILE): readonly string[] =>
  path === '' ? [] : [path, `${path}.supported`];

/** Where a store lies. */
export interface UsualStore {
  readonly graphroot: string;
  /** Directory of the images as configured; empty when it is graphroot. */
  readonly imagestore: string;
  /** Empty where containers/storage chooses: then it is zfs that matters. */
  readonly driver: string;
}

/** The files that are looked at in a usual store, for a host that can look at all of them at once. */
export function usualFiles({ graphroot, imagestore, driver }: UsualStore): readonly string[] {
  const chosen = driver === '' ? 'zfs' : driver;
  const images = goJoin(imagestore === '' ? graphroot : imagestore, `${chosen}-images`);
  const containers = goJoin(graphroot, `${chosen}-containers`);
  return [
    ...['images.lock', 'images.json'].map((name) => `${images}/${name}`),
    ...['containers.lock', 'containers.json', 'volatile-containers.json'].map(
      (name) => `${containers}/${name}`,
    ),
    goJoin(graphroot, `${chosen}-layers/layers.json`),
  ];
}
