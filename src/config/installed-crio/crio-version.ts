import { TOML_1_3, TOML_1_4, TOML_1_5, TOML_1_6, type TomlDialect } from '../../toml/dialect.js';

/** Version of containers/storage. */
export interface StorageVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** A version of CRI-O and what its configuration code is known to do. */
export interface CrioVersion {
  /** As it calls itself: `1.31.2`, `1.36.0-dev`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /**
   * `measured`: the contract was measured with this minor version. `between`: it is older than the newest
   * measured one. `beyond`: it is newer (or older than all that is modelled), and nothing said about it is
   * exact.
   */
  readonly knowledge: 'measured' | 'between' | 'beyond';
  /** False for `beyond`: a predicted failure neither stops the start nor is corrected. */
  readonly measured: boolean;
  readonly toml: TomlDialect;
  /** storage.conf must name both roots (containers/storage loadStoreOptionsFromConfFile). */
  readonly rootsRequired: boolean | 'unknown';
  readonly storage: StorageVersion;
}

interface Minor {
  readonly toml: TomlDialect;
  readonly rootsRequired: boolean | 'unknown';
  readonly storage: readonly [number, number];
}

/** What each minor version of CRI-O 1.x vendors; 1.31, 1.33 and 1.36 are certain. */
const MINORS: ReadonlyMap<number, Minor> = new Map<number, Minor>([
  [24, { toml: TOML_1_3, rootsRequired: true, storage: [40, 0] }],
  [25, { toml: TOML_1_3, rootsRequired: true, storage: [42, 0] }],
  [26, { toml: TOML_1_3, rootsRequired: true, storage: [44, 0] }],
  [27, { toml: TOML_1_3, rootsRequired: true, storage: [46, 1] }],
  [28, { toml: TOML_1_3, rootsRequired: true, storage: [50, 2] }],
  [29, { toml: TOML_1_3, rootsRequired: true, storage: [51, 0] }],
  [30, { toml: TOML_1_3, rootsRequired: true, storage: [53, 0] }],
  [31, { toml: TOML_1_4, rootsRequired: true, storage: [55, 1] }],
  [32, { toml: TOML_1_4, rootsRequired: true, storage: [56, 0] }],
  [33, { toml: TOML_1_5, rootsRequired: true, storage: [58, 0] }],
  [34, { toml: TOML_1_5, rootsRequired: 'unknown', storage: [59, 1] }],
  [35, { toml: TOML_1_5, rootsRequired: 'unknown', storage: [61, 0] }],
  [36, { toml: TOML_1_6, rootsRequired: false, storage: [61, 1] }],
]);

const OLDEST = 24;
const NEWEST = 36;
const MEASURED = new Set([31, 36]);

/** @returns what is known of a version, the newest modelled one standing in for those beyond it */
export function crioVersion(text: string, major: number, minor: number, patch: number): CrioVersion {
  const isBeyond = major !== 1 || minor < OLDEST || minor > NEWEST;
  const modelled = isBeyond ? (major < 1 || (major === 1 && minor < OLDEST) ? OLDEST : NEWEST) : minor;
  const found = MINORS.get(modelled);
  if (found === undefined) throw new Error(`CRI-O 1.${modelled} is missing from the table of versions`);
  const { toml, rootsRequired, storage } = found;
  return {
    text,
    major,
    minor,
    patch,
    knowledge: isBeyond ? 'beyond' : MEASURED.has(minor) ? 'measured' : 'between',
    measured: !isBeyond,
    toml,
    rootsRequired,
    storage: { major: 1, minor: storage[0], patch: storage[1] },
  };
}

export const NEWEST_MEASURED: CrioVersion = crioVersion('1.36.3', 1, 36, 3);
export const OLDEST_SUPPORTED: CrioVersion = crioVersion('1.24.0', 1, 24, 0);

/**
 * Reads a version on its own, or the output of `crio --version`. The output starts with `crio version 1.31.2`,
 * with `-dev`, `-rc.1`, `-3.rhaos4.17.git0aa`, `~rc1`, `+ds1-1` and the like behind the number in other builds.
 *
 * @returns `undefined` when it contains no version
 */
export function parseCrioVersion(output: string): CrioVersion | undefined {
  const found =
    /^\s*v?((\d+)\.(\d+)(?:\.(\d+))?(?:[-+~]\S*)?)\s*$/.exec(output) ??
    /^(?:crio version\s+|Version:\s+)v?((\d+)\.(\d+)(?:\.(\d+))?\S*)/m.exec(output);
  if (found === null) return undefined;
  const [, text = '', major, minor, patch = '0'] = found;
  return crioVersion(text, Number(major), Number(minor), Number(patch));
}
