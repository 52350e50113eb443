import type { EffectiveStorage } from '../configuration.js';
import type { ConfigurationFile } from '../go-struct/configuration-file.js';
import type { ConfigurationNote } from '../notes.js';
import { overriding, sourced, type Sourced } from '../origin.js';

/** What has been merged so far: the five values, and those that concern them or refuse the start. */
export interface Merged extends EffectiveStorage {
  /** It alone can refuse the start. */
  readonly logLevel: Sourced<string>;
  readonly cleanShutdownFile: Sourced<string>;
  /** additional_artifact_stores; the last list is the one that counts. */
  readonly artifactStores: Sourced<readonly string[]>;
}

/**
 * Lays one crio.conf or drop-in over what was merged before (UpdateFromDropInFile): an empty root, runroot
 * or driver keeps the earlier value, an empty image store clears it, and options only ever pile up.
 */
export function applyCrioConf(merged: Merged, file: ConfigurationFile): Merged {
  const over = (previous: Sourced<string>, key: string, emptyKeeps: boolean): Sourced<string> => {
    const found = file.string(`crio.${key}`);
    if (found === undefined || (found.value === '' && emptyKeeps)) return previous;
    return overriding(previous, found.value, found.origin);
  };
  const list = file.strings('crio.storage_option');
  const added = (list?.values ?? []).map((option) => sourced(option, list?.origin ?? { kind: 'built-in' }));
  const stores =
    file.strings('crio.runtime.additional_artifact_stores') ??
    file.strings('crio.additional_artifact_stores');
  return {
    root: over(merged.root, 'root', true),
    runroot: over(merged.runroot, 'runroot', true),
    imagestore: over(merged.imagestore, 'imagestore', false),
    driver: over(merged.driver, 'storage_driver', true),
    options: withoutRepeats([...merged.options, ...added]),
    logLevel: over(merged.logLevel, 'runtime.log_level', false),
    cleanShutdownFile: over(merged.cleanShutdownFile, 'clean_shutdown_file', false),
    artifactStores: stores === undefined ? merged.artifactStores : sourced(stores.values, stores.origin),
  };
}

/** removeDupStorageOpts: of equal options the last one stays. */
function withoutRepeats(options: readonly Sourced<string>[]): Sourced<string>[] {
  const seen = new Set<string>();
  const kept: Sourced<string>[] = [];
  for (const option of [...options].reverse()) {
    if (seen.has(option.value)) continue;
    seen.add(option.value);
    kept.push(option);
  }
  return kept.reverse();
}

export const STORAGE_KEYS = ['root', 'runroot', 'imagestore', 'storage_driver', 'storage_option'];

/** Whether the file says anything about storage. */
export function setsStorage(file: ConfigurationFile): boolean {
  return STORAGE_KEYS.some((key) => file.decoded.values.has(`crio.${key}`));
}

/** Notes on what a crio.conf or drop-in says without effect. */
export function crioConfNotes(file: ConfigurationFile): ConfigurationNote[] {
  const notes = file.notes();
  const path = file.path;
  for (const { path: key, line } of file.decoded.unknownKeys) {
    const name = key[key.length - 1] ?? '';
    if (key.length !== 1 || !STORAGE_KEYS.includes(name.toLowerCase())) continue;
    const detail = `${path} sets ${name} outside [crio], where CRI-O does not look`;
    notes.push({ kind: 'misplaced-key', file: path, line, key: name, detail });
  }
  const list = file.strings('crio.storage_option');
  if (list?.values.length === 0) {
    const line = list.origin.kind === 'file' ? list.origin.line : undefined;
    notes.push({
      kind: 'options-cannot-be-cleared',
      file: path,
      key: 'crio.storage_option',
      ...(line === undefined ? {} : { line }),
      detail: `${path} empties storage_option, which only ever grows: earlier options stay`,
    });
  }
  return notes;
}
