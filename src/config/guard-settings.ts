export type GuardMode = 'fix' | 'check' | 'off';

/** The findings that have a correction, other than one that is refused each time. */
export const CORRECTED_CODES = ['CG111', 'CG201', 'CG205', 'CG301', 'CG303', 'CG310', 'CG401'] as const;

/** crio-guard's own settings, under the names of their keys. */
export interface GuardSettings {
  readonly mode: GuardMode;
  /** Codes of the findings that may be corrected. */
  readonly corrections: readonly string[];
  /** Name of the directory below a mountpoint to which graphroot is moved. */
  readonly subdirectory: string;
  /** Codes of rules whose findings are shown but do not count. */
  readonly ignore: readonly string[];
  /** Seconds that a run may take. */
  readonly deadline: number;
  /** MiB; less space is reported. */
  readonly space_minimum: number;
  /** A smaller share is reported. */
  readonly space_percent: number;
  /** GiB; from here on the share does not count. */
  readonly space_plenty: number;
  /** More datasets below that of the layers are reported. */
  readonly datasets_maximum: number;
}

/** Settings of the guard that rules compare with, or name in their advice. */
export type RuleSettings = Pick<
  GuardSettings,
  'space_minimum' | 'space_percent' | 'space_plenty' | 'datasets_maximum' | 'subdirectory'
>;

export type GuardKey = keyof GuardSettings;

/** What a file or a variable can say for a key. */
export type GivenValue = string | number | readonly string[];

/** What one key can be. */
export interface GuardSetting<T extends GivenValue> {
  readonly initial: T;
  /** What is right, in words: it follows "KEY must be". */
  readonly must: string;
  /** @returns the value; undefined when it is wrong */
  readonly accept: (given: GivenValue) => T | undefined;
  /** The text of a variable, as a file would give it. */
  readonly fromText: (text: string) => GivenValue;
  /** The lists of several files as one. */
  readonly join?: (earlier: T, later: T) => T;
}

function wholeNumber(
  initial: number,
  unit: string,
  [least, most]: readonly [number, number],
): GuardSetting<number> {
  return {
    initial,
    must: `a whole number of ${unit} from ${least} to ${most}`,
    accept: (given) => (typeof given === 'number' && given >= least && given <= most ? given : undefined),
    fromText: (text) => (/^\s*\d+\s*$/.test(text) ? Number(text) : text),
  };
}

function codeList(
  initial: readonly string[],
  must: string,
  isRight: (code: string) => boolean,
): GuardSetting<readonly string[]> {
  return {
    initial,
    must,
    accept: (given) => (typeof given === 'object' && given.every(isRight) ? [...new Set(given)] : undefined),
    fromText: (text) => text.split(/[\s,]+/).filter((code) => code !== ''),
  };
}

const isMode = (given: GivenValue): given is GuardMode =>
  given === 'fix' || given === 'check' || given === 'off';

/** Names that containers/storage gives to its own files and directories below graphroot (store.go, drivers/). */
const USED_BY_STORAGE =
  /^(?:(?:aufs|btrfs|devicemapper|overlay2?|vfs|zfs)(?:-(?:containers|images|layers|locks))?|mounts|tmp|(?:storage|userns)\.lock)$/;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Every key of the configuration; crio-guard.conf(5) documents each, in this order. */
export const GUARD_SCHEMA: { readonly [Key in GuardKey]: GuardSetting<GuardSettings[Key]> } = {
  mode: {
    initial: 'fix',
    must: '"fix", "check" or "off"',
    accept: (given) => (isMode(given) ? given : undefined),
    fromText: (text) => text,
  },
  corrections: codeList(CORRECTED_CODES, `a list of codes among ${CORRECTED_CODES.join(', ')}`, (code) =>
    CORRECTED_CODES.some((corrected) => corrected === code),
  ),
  subdirectory: {
    initial: 'containers',
    must: 'a name of letters, digits, "_", "-" and "." that containers/storage does not use itself',
    accept: (given) =>
      typeof given === 'string' && NAME.test(given) && !USED_BY_STORAGE.test(given) ? given : undefined,
    fromText: (text) => text,
  },
  ignore: {
    ...codeList([], 'a list of codes such as "CG504"', (code) => /^CG\d{3}$/.test(code)),
    join: (earlier, later) => [...new Set([...earlier, ...later])],
  },
  deadline: wholeNumber(10, 'seconds', [1, 60]),
  space_minimum: wholeNumber(256, 'MiB', [0, 1_048_576]),
  space_percent: wholeNumber(5, 'percent', [0, 100]),
  space_plenty: wholeNumber(20, 'GiB', [0, 1_048_576]),
  datasets_maximum: wholeNumber(1000, 'datasets', [1, 1_000_000]),
};

export const GUARD_KEYS = [
  'mode',
  'corrections',
  'subdirectory',
  'ignore',
  'deadline',
  'space_minimum',
  'space_percent',
  'space_plenty',
  'datasets_maximum',
] as const satisfies readonly GuardKey[];

/** What the names of the guard's variables begin with. */
export const VARIABLE_PREFIX = 'CRIO_GUARD_';

/** The variable that replaces what the files say. */
export const variableOf = (key: GuardKey): string => `${VARIABLE_PREFIX}${key.toUpperCase()}`;
