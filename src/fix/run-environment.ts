import { readUnit } from '../config/service/ask-systemd.js';
import { parseEnvironmentFile } from '../config/service/environment-file.js';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import type { Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import type { Action } from './actions.js';
import { goTrimSpace } from '../text/go-text.js';
import { commentLines, environmentFileValue, unitWord } from '../text/systemd-quoting.js';

/** Whether variables can be set for crio.service alone, without a file in /etc. They are gone after a reboot. */
export type RunEnvironment =
  { readonly kind: 'usable' } | { readonly kind: 'unusable'; readonly why: string };

const unusable = (why: string): RunEnvironment => ({ kind: 'unusable', why });

/** Asks systemd whether the installed unit really reads the file, and whether the file is free. */
export async function readRunEnvironment(host: Host): Promise<RunEnvironment> {
  const unit = await readUnit(host);
  if ('kind' in unit) return unusable(describeFailure(unit));
  if (!unit.environmentFiles.some(({ path }) => path === GUARD_ENVIRONMENT_FILE)) {
    return unusable(
      `crio.service does not read ${GUARD_ENVIRONMENT_FILE}: install the drop-in 10-crio-guard.conf that comes ` +
        'with crio-guard, and run "systemctl daemon-reload"',
    );
  }
  const there = await host.lstat(GUARD_ENVIRONMENT_FILE);
  if (there.state === 'unknown') return unusable(describeFailure(there.why));
  if (there.state === 'known') {
    return unusable(`${GUARD_ENVIRONMENT_FILE} holds variables already: "crio-guard --revert", or remove it`);
  }
  return { kind: 'usable' };
}

export interface RunVariables {
  /** Why they are set, for the reader of the file. */
  readonly reason: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** @returns the action that writes the file, or why it cannot contain a value */
export function writeRunEnvironment({ reason, variables }: RunVariables): Action | string {
  const assignments: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    const quoted = environmentFileValue(value);
    // CRI-O would start without the variable.
    if (quoted === undefined)
      return `the value of ${name} contains control characters or is not UTF-8, which systemd does not pass on`;
    assignments.push(`${name}=${quoted}`);
  }
  const lines = [
    '# Written by crio-guard before CRI-O started, for crio.service alone.',
    ...commentLines(reason),
    '# "crio-guard --revert" takes it back.',
    ...assignments,
  ];
  const content = `${lines.join('\n')}\n`;
  return { kind: 'write-file', path: GUARD_ENVIRONMENT_FILE, content, mode: 0o644, previous: null };
}

/**
 * CONTAINER_STORAGE_OPT takes the place of the whole list, storage.conf's and crio.conf's, and is split at its commas,
 * whose parts are trimmed (internal/criocli).
 *
 * @returns the variable, or an option that it cannot hold
 */
export function storageOptVariable(
  options: readonly string[],
): { readonly variables: RunVariables['variables'] } | { readonly unsayable: string } {
  const unsayable = options.find((option) => option.includes(',') || option !== goTrimSpace(option));
  if (unsayable !== undefined) return { unsayable };
  return { variables: { CONTAINER_STORAGE_OPT: options.join(',') } };
}

/** The same variables as settings of a unit, for `systemctl edit crio`: they last without this program. */
export function asUnitSettings(actions: readonly Action[]): readonly string[] {
  const settings = actions.flatMap((action) => {
    if (action.kind !== 'write-file' || action.path !== GUARD_ENVIRONMENT_FILE) return [];
    const variables = parseEnvironmentFile(action.content) ?? new Map<string, string>();
    return [...variables].flatMap(([name, value]) => {
      const word = unitWord(`${name}=${value}`);
      return word === undefined ? [] : [`Environment=${word}`];
    });
  });
  return settings.length === 0 ? [] : ['[Service]', ...settings];
}
