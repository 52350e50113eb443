import { DEFAULT_GUARD_CONFIGURATION } from '../../config/guard-configuration.js';
import { describeOrigin, type Origin } from '../../config/origin.js';
import type { EffectiveStorage } from '../../config/configuration.js';
import type { Diagnosis, RuleCode } from '../rule.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';
import { shellWord } from '../../text/shell-word.js';
import { unitWord } from '../../text/systemd-quoting.js';
import { tomlString } from '../../text/toml-string.js';
import { NOT_UTF8, unwritable } from '../../text/unwritable.js';

/**
 * A command that writes a drop-in for CRI-O. It bears the name of the rule, so that it overwrites no file of
 * any other program, and comes late in the order of bytes, in which CRI-O reads them.
 */
export function dropInCommand(code: RuleCode, ...settings: readonly string[]): AdviceLine {
  const file = `zz-${code.toLowerCase()}.conf`;
  return command(writeFile('/etc/crio/crio.conf.d', file, ['[crio]', ...settings]));
}

/** The directory is made too: packages of CRI-O and of systemd do not bring it along. */
function writeFile(directory: string, file: string, lines: readonly string[]): string {
  const text = lines.map(shellWord).join(' ');
  return `mkdir -p ${directory} && printf '%s\\n' ${text} > ${directory}/${file}`;
}

/** `"/var/lib/crio"`: a string of TOML in a command. */
export const tomlWord = (value: string): string => tomlString(value) ?? unwritable(value, NOT_UTF8);

/** The directory that becomes graphroot below a mountpoint: by the correction of CG201, and in advice. */
export const directoryBelow = (
  mountpoint: string,
  { settings = DEFAULT_GUARD_CONFIGURATION }: Diagnosis,
): string => `${mountpoint}/${settings.subdirectory}`;

/** A setting in a TOML file: `root = "/var/lib/crio"`. */
export const stringSetting = (key: string, value: string): string => `${key} = ${tomlWord(value)}`;

export const listSetting = (key: string, ...values: readonly string[]): string =>
  `${key} = [${values.map(tomlWord).join(', ')}]`;

/** A value in a unit file: `RequiresMountsFor="/srv/my data"`. */
export const unitSetting = (key: string, value: string): string =>
  `${key}=${unitWord(value) ?? unwritable(value, 'a unit file cannot represent it')}`;

/** A command that writes a drop-in for crio.service. */
export const unitDropInCommand = (code: RuleCode, section: string, ...lines: readonly string[]): AdviceLine =>
  unitFileCommand('crio.service', `${code.toLowerCase()}.conf`, section, ...lines);

/** A command that writes a drop-in for a unit. */
export function unitFileCommand(
  unit: string,
  file: string,
  section: string,
  ...lines: readonly string[]
): AdviceLine {
  const write = writeFile(`/etc/systemd/system/${unit}.d`, file, [`[${section}]`, ...lines]);
  return command(`${write} && systemctl daemon-reload`);
}

type Setting = 'root' | 'runroot' | 'imagestore' | 'driver';

/** Where a setting comes from, in words. */
export function setBy({ configuration }: Diagnosis, setting: Setting): string {
  return configuration.kind === 'resolved' ? describeOrigin(configuration.storage[setting].origin) : '';
}

/** Where an option comes from, in words. */
export function optionSetBy(diagnosis: Diagnosis, text: string): string {
  const option = storageOf(diagnosis)?.options.find(({ value }) => value === text);
  return option === undefined ? '' : describeOrigin(option.origin);
}

/** Empty, or what has to be changed instead of a file because it beats every file. */
export function pinnedBy(diagnosis: Diagnosis, setting: Setting): string {
  const origin = storageOf(diagnosis)?.[setting].origin;
  return origin === undefined ? '' : pinOf(origin);
}

/** The same for the options, which a flag or CRI-O's own variable replaces as a whole. */
export function optionsPinnedBy(diagnosis: Diagnosis): string {
  const pins = (storageOf(diagnosis)?.options ?? []).map(({ origin }) => pinOf(origin));
  return pins.find((pin) => pin !== '' && pin !== 'the variable STORAGE_OPTS') ?? '';
}

function pinOf(origin: Origin): string {
  if (origin.kind === 'flag') return `the flag ${origin.flag}`;
  if (origin.kind !== 'environment') return '';
  return origin.file === undefined
    ? `the variable ${origin.name}`
    : `the variable ${origin.name} of ${origin.file}`;
}

const storageOf = ({ configuration }: Diagnosis): EffectiveStorage | undefined =>
  configuration.kind === 'resolved' ? configuration.storage : undefined;

const UNIT = 'In the unit (systemctl edit crio.service)';

/** How to change root: in a drop-in, or where it is pinned. */
export function rootAdvice(code: RuleCode, path: string, pinned: string): AdviceLine {
  return pinned === ''
    ? dropInCommand(code, stringSetting('root', path))
    : sentence(`${UNIT}, change ${pinned} to ${shellWord(path)}: no file overrides it.`);
}

export function driverAdvice(code: RuleCode, driver: string, pinned: string): AdviceLine {
  return pinned === ''
    ? dropInCommand(code, stringSetting('storage_driver', driver))
    : sentence(`${UNIT}, change ${pinned} to ${driver}: no file overrides it.`);
}

/** How to name the dataset of the layers. */
export function fsnameAdvice(code: RuleCode, dataset: string, pinned: string): AdviceLine {
  const option = `zfs.fsname=${dataset}`;
  return pinned === ''
    ? dropInCommand(code, listSetting('storage_option', option))
    : sentence(`${UNIT}, add ${shellWord(option)} to ${pinned}, which replaces the options of all files.`);
}
