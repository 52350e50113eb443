import type { KnownCode } from '../rules/finding.js';
import type { EffectiveStorage } from '../config/configuration.js';
import type { Action } from './actions.js';
import type { CorrectionRequest } from './correction.js';
import { dropInText, lastDropInName, type DropIn } from './drop-in.js';
import { readDropIns, type DropIns } from './drop-in-directory.js';
import { readRunEnvironment, storageOptVariable, writeRunEnvironment } from './run-environment.js';

/**
 * Where a setting of CRI-O's can be written: a drop-in of its own, or, where /etc cannot be written, the
 * variables of crio.service, which have to be set again after each reboot.
 */
export type SettingPlace =
  | Extract<DropIns, { kind: 'usable' }>
  | { readonly kind: 'variables' }
  | { readonly kind: 'nowhere'; readonly why: string };

export async function readSettingPlace(
  request: Pick<CorrectionRequest<KnownCode>, 'host' | 'diagnosis'>,
): Promise<SettingPlace> {
  const dropIns = await readDropIns(request.host, request.diagnosis);
  if (dropIns.kind === 'usable') return dropIns;
  if (dropIns.kind === 'unusable') return { kind: 'nowhere', why: dropIns.why };
  const environment = await readRunEnvironment(request.host);
  if (environment.kind === 'usable') return { kind: 'variables' };
  return { kind: 'nowhere', why: `${dropIns.why}; and ${environment.why}` };
}

/** @returns the actions that write the setting, or why it cannot be written */
export function writeSetting(
  place: SettingPlace,
  setting: DropIn,
  storage: EffectiveStorage,
): readonly Action[] | string {
  switch (place.kind) {
    case 'nowhere':
      return place.why;
    case 'variables': {
      const variables = variablesOf(setting, storage);
      if (typeof variables === 'string') return variables;
      const write = writeRunEnvironment({ reason: setting.reason, variables });
      return typeof write === 'string' ? write : [write];
    }
    case 'usable':
      return writeDropIn(place, setting);
  }
}

/** The variable of the options has to hold the others again. */
function variablesOf(
  { root, storageOptions }: DropIn,
  { options }: EffectiveStorage,
): Readonly<Record<string, string>> | string {
  if (storageOptions === undefined) return root === undefined ? {} : { CONTAINER_ROOT: root };
  const list = storageOptVariable([...options.map(({ value }) => value), ...storageOptions]);
  if ('unsayable' in list) {
    return (
      `/etc cannot be written, and the variable CONTAINER_STORAGE_OPT cannot say "${list.unsayable}": ` +
      "it is split at its commas, and blanks are trimmed. Set zfs.fsname in the system's own configuration"
    );
  }
  return { ...(root === undefined ? {} : { CONTAINER_ROOT: root }), ...list.variables };
}

function writeDropIn(
  place: Extract<SettingPlace, { kind: 'usable' }>,
  setting: DropIn,
): readonly Action[] | string {
  const name = lastDropInName(place.entries);
  if (name === undefined) return `a file in ${place.directory} sorts after every name crio-guard could use`;
  const content = dropInText(setting);
  if ('why' in content) return content.why;
  const directories = place.missing.map((directory): Action => ({
    kind: 'make-directory',
    path: directory,
    mode: 0o755,
  }));
  const write: Action = {
    kind: 'write-file',
    path: `${place.directory}/${name}`,
    content: content.text,
    mode: 0o644,
    previous: place.ours.get(name) ?? null,
  };
  return [...directories, write];
}
