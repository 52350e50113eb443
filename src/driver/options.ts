/** An option as parsers.ParseKeyValueOpt takes it apart; `undefined` when there is no "=". */
export interface ParsedOption {
  /** Trimmed and in lower case, as parseOptions (drivers/zfs/zfs.go) does. */
  readonly key: string;
  readonly value: string;
  readonly text: string;
}

export function parseOption(text: string): ParsedOption | undefined {
  const equals = text.indexOf('=');
  if (equals === -1) return undefined;
  return { key: text.slice(0, equals).trim().toLowerCase(), value: text.slice(equals + 1).trim(), text };
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
