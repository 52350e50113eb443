import type { Host } from '../../host/host.js';
import { unknown, type ProbeFailure } from '../../host/probe.js';
import { askSystemd } from './ask-systemd.js';
import { parseEnvironmentFile } from './environment-file.js';
import type { Origin } from '../origin.js';
import type { Unit } from './unit.js';
import { assignments, parseQuotedWords } from './unit-words.js';
import { decodeText } from '../../text/utf8.js';

/**
 * Variables that a correction has set for CRI-O. A drop-in that comes with crio-guard lets crio.service read the
 * file, again for each of its processes: CRI-O gets what the run before the start writes, while that run itself has
 * inherited what the file held before.
 */
export const GUARD_ENVIRONMENT_FILE = '/run/crio-guard/crio.env';

/** The environment of the service, with the files that its variables come from. */
class UnitEnvironment extends Map<string, string> {
  readonly files = new Map<string, string>();
}

/** Where a variable of CRI-O's environment comes from, as far as that is known. */
export function variableOrigin(
  environment: ReadonlyMap<string, string> | UnitEnvironment,
  name: string,
): Origin {
  const file = 'files' in environment ? environment.files.get(name) : undefined;
  return { kind: 'environment', name, ...(file === undefined ? {} : { file }) };
}

/** The environment that systemd gives the service: its own, Environment=, the files, without what is unset. */
export async function serviceEnvironment(
  host: Host,
  unit: Unit,
): Promise<ReadonlyMap<string, string> | ProbeFailure> {
  const manager = await managerEnvironment(host);
  return 'kind' in manager ? manager : unitEnvironment(host, unit, manager);
}

/** What every service starts from: PATH, LANG, DefaultEnvironment= and `systemctl set-environment`. */
async function managerEnvironment(host: Host): Promise<Map<string, string> | ProbeFailure> {
  const question = "ask for systemd's own environment";
  const output = await askSystemd(host, 'systemctl', ['show-environment'], question);
  if (typeof output !== 'string') return output;
  const variables = new Map<string, string>();
  for (const line of output.split('\n')) {
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const [value, ...more] = parseQuotedWords(line.slice(equals + 1)) ?? [undefined, ''];
    if (more.length > 0) return unknown('unreadable', question, `cannot parse the line: ${line}`).why;
    variables.set(line.slice(0, equals), value ?? '');
  }
  return variables;
}

async function unitEnvironment(
  host: Host,
  unit: Unit,
  manager: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string> | ProbeFailure> {
  const variables = new UnitEnvironment([...manager, ...assignments(unit.environment)]);
  for (const { path, mayBeMissing } of unit.environmentFiles) {
    const question = `read ${path}`;
    // systemd expands patterns; the files that match are not searched here.
    if (/[*?[]/.test(path)) return unknown('not-asked', question, 'it is a pattern').why;
    const content = await host.readFile(path);
    if (content.state === 'unknown') return content.why;
    if (content.state === 'absent') {
      if (mayBeMissing) continue;
      return unknown('failed', question, 'it is missing, and the service does not start without it').why;
    }
    const read = parseEnvironmentFile(decodeText(content.value));
    if (read === undefined) return unknown('unreadable', question, 'a comment ends in a backslash').why;
    for (const [name, value] of read) {
      variables.set(name, value);
      variables.files.set(name, path);
    }
  }
  for (const word of unit.unsetEnvironment) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals < 0 || variables.get(name) === word.slice(equals + 1)) variables.delete(name);
  }
  return variables;
}
