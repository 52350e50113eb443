import { behaviourOf, type Behaviour } from './version-table.js';

/** Whether the prediction is exact for a version: it is for 1.29 to 1.37. */
export type Support = 'older' | 'supported' | 'newer';

/** A version of CRI-O and what it does. */
export interface CrioVersion {
  /** As it calls itself: `1.31.2`, `1.36.0-dev`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly support: Support;
  /** What it does differently from other versions; for an unsupported one, what the nearest supported one does. */
  readonly behaviour: Behaviour;
}

const OLDEST = 29;
const NEWEST = 37;

export function crioVersion(text: string, major: number, minor: number, patch: number): CrioVersion {
  const support = supportOf(major, minor);
  return { text, major, minor, patch, support, behaviour: modelled(support, minor, patch) };
}

function supportOf(major: number, minor: number): Support {
  if (major < 1 || (major === 1 && minor < OLDEST)) return 'older';
  return major > 1 || minor > NEWEST ? 'newer' : 'supported';
}

function modelled(support: Support, minor: number, patch: number): Behaviour {
  switch (support) {
    case 'older':
      return behaviourOf(OLDEST, 0);
    case 'newer':
      return behaviourOf(NEWEST, Infinity);
    case 'supported':
      return behaviourOf(minor, patch);
  }
}

/** Followed where the version of CRI-O is unknown. */
export const NEWEST_SUPPORTED: CrioVersion = crioVersion(`1.${NEWEST}.0`, 1, NEWEST, 0);

/** The range of supported versions, for messages. */
export const SUPPORTED_RANGE = `1.${OLDEST} to 1.${NEWEST}`;

/**
 * Reads a version on its own, or the output of `crio --version`. The output starts with `crio version 1.31.2`,
 * with `-dev`, `-rc.1`, `-3.rhaos4.17.git0aa`, `~rc1`, `+ds1-1` and the like behind the number in other builds.
 * What stands behind the number never changes which patch version it is.
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
