import { describeOrigin, type Origin } from '../config/origin.js';
import type { EffectiveStorage } from '../config/configuration.js';
import type { Diagnosis } from './rule.js';
import { shellWord } from './shell-word.js';

/** A command that writes a drop-in for CRI-O which is read after the files of a package. */
export function dropInCommand(name: string, ...settings: readonly string[]): string {
  const lines = ['[crio]', ...settings].map(shellWord).join(' ');
  return `printf '%s\\n' ${lines} > /etc/crio/crio.conf.d/99-${name}.conf`;
}

/** `root = "/var/lib/crio"`: a basic string of TOML. */
export const stringSetting = (key: string, value: string): string => `${key} = ${JSON.stringify(value)}`;

export const listSetting = (key: string, ...values: readonly string[]): string =>
  `${key} = [${values.map((value) => JSON.stringify(value)).join(', ')}]`;

/** A command that writes a drop-in for crio.service. */
export function unitDropInCommand(name: string, section: string, ...lines: readonly string[]): string {
  const text = [`[${section}]`, ...lines].map(shellWord).join(' ');
  const directory = '/etc/systemd/system/crio.service.d';
  return `mkdir -p ${directory} && printf '%s\\n' ${text} > ${directory}/${name}.conf && systemctl daemon-reload`;
}

type Setting = 'root' | 'runroot' | 'imagestore' | 'driver';

/** Where a setting comes from, in words. */
export function setBy({ configuration }: Diagnosis, setting: Setting): string {
  return configuration.outcome === 'resolved' ? describeOrigin(configuration.storage[setting].origin) : '';
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

function pinOf(origin: Origin): string {
  if (origin.kind === 'flag') return `the flag ${origin.flag}`;
  if (origin.kind !== 'environment') return '';
  return origin.file === undefined
    ? `the variable ${origin.name}`
    : `the variable ${origin.name} of ${origin.file}`;
}

const storageOf = ({ configuration }: Diagnosis): EffectiveStorage | undefined =>
  configuration.outcome === 'resolved' ? configuration.storage : undefined;

/** How to change root: in a drop-in, or where it is pinned. */
export function rootAdvice(path: string, pinned: string): string {
  if (pinned !== '') {
    return `In the unit (systemctl edit crio.service), change ${pinned} to ${shellWord(path)}: no file overrides it.`;
  }
  return dropInCommand('storage', stringSetting('root', path));
}
