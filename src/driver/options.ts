import { goTrimSpace } from '../text/go-text.js';
import type { StorageQuirks } from './storage-quirks.js';
import type { OptionCause } from './cause.js';
import { fail, type Refused } from './prediction.js';

/** An option as parsers.ParseKeyValueOpt takes it apart; `undefined` when there is no "=". */
export interface ParsedOption {
  /** Trimmed and in lower case, as the drivers' parseOptions do. */
  readonly key: string;
  /** The key as it was written. */
  readonly written: string;
  readonly value: string;
  readonly text: string;
}

export function parseOption(text: string): ParsedOption | undefined {
  const equals = text.indexOf('=');
  if (equals === -1) return undefined;
  const written = goTrimSpace(text.slice(0, equals));
  return { key: written.toLowerCase(), written, value: goTrimSpace(text.slice(equals + 1)), text };
}

/** What the options of the drivers other than zfs begin with, those of older versions included. */
export const OTHER_DRIVERS: readonly string[] = [
  'overlay',
  'overlay2',
  'btrfs',
  'vfs',
  'aufs',
  'devicemapper',
  'dm',
];

/** An option that a driver takes for its own, by the name behind the driver's. */
export interface OwnOption extends ParsedOption {
  readonly name: string;
}

/** Drivers whose options are known, compiled in or not (internal/driver isKnownDriverName). */
const KNOWN_DRIVERS = ['overlay', 'overlay2', 'btrfs', 'zfs', 'vfs'];

/**
 * The options as a driver's Init goes through them, up to the first that is refused: since 1.62
 * internal/driver ParseDriverOption, which passes over those of other drivers.
 *
 * @param driver that is started
 * @param prefixes of the driver's own options
 * @param take what the driver makes of one; a refusal ends it
 */
export function parseDriverOptions(
  options: readonly string[],
  model: StorageQuirks,
  driver: string,
  prefixes: readonly string[],
  take: (option: OwnOption) => Refused<OptionCause> | undefined,
): Refused<OptionCause> | undefined {
  for (const text of options) {
    const option = parseOption(text);
    if (option === undefined) return fail({ kind: 'option-without-value', driver, option: text });
    const { key } = option;
    if (!model.ignoresOtherDrivers) {
      const prefix = prefixes.find((candidate) => key.startsWith(`${candidate}.`));
      const refusal = take({ ...option, name: prefix === undefined ? key : key.slice(prefix.length + 1) });
      if (refusal !== undefined) return refusal;
      continue;
    }
    const dot = key.indexOf('.');
    const prefix = dot === -1 ? '' : key.slice(0, dot);
    if (prefix !== '' && !KNOWN_DRIVERS.includes(prefix)) {
      return fail({ kind: 'option-of-unknown-driver', driver, option: text, prefix });
    }
    if (prefix !== '' && !prefixes.includes(prefix)) continue;
    const refusal = take({ ...option, name: key.slice(dot + 1) });
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** zfs.fsname as the driver reads it: the last one wins, an empty one counts as none. */
export function fsnameOf(options: readonly string[]): string {
  return lastValue(options, ['zfs.fsname']);
}

/** The value of the last option with one of these keys; empty when there is none. */
export function lastValue(options: readonly string[], keys: readonly string[]): string {
  let value = '';
  for (const text of options) {
    const option = parseOption(text);
    if (option !== undefined && keys.includes(option.key)) value = option.value;
  }
  return value;
}
