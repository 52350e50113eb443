import { NEWEST_SUPPORTED } from '../../src/config/installed-crio/crio-version.js';
import { behaviourOf } from '../../src/config/installed-crio/version-table.js';
import { quirksOf, type StorageQuirks } from '../../src/driver/storage-quirks.js';

/** Debian's builds of containers-storage, by their version. */
const BUILDS: Readonly<Record<string, StorageQuirks>> = {
  // Vendored by CRI-O 1.32.3.
  '1.57.2': quirksOf(behaviourOf(32, 3), true),
  // Vendored by no CRI-O yet.
  '1.64.0': quirksOf({ ...NEWEST_SUPPORTED.behaviour, storage162: true }, true),
};

export function quirksOfStorage(version: string): StorageQuirks {
  const quirks = BUILDS[version];
  if (quirks === undefined) throw new Error(`containers-storage ${version} has no model`);
  return quirks;
}
