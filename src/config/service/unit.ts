import { parseRecord } from '../../text/json-record.js';
import { parseQuotedWords } from './unit-words.js';

/** The properties of a service that decide how its program is called. */
export interface Unit {
  readonly isLoaded: boolean;
  readonly program: string;
  /** Arguments after the program's name, variables not expanded. */
  readonly words: readonly string[];
  /** False when a word may hold a blank: systemctl prints them joined. */
  readonly isExact: boolean;
  /** `:` before the program: variables are not expanded. */
  readonly keepsVariables: boolean;
  /** Environment=, the later wins. */
  readonly environment: readonly string[];
  readonly environmentFiles: readonly { readonly path: string; readonly mayBeMissing: boolean }[];
  /** Names, or assignments that are removed only when they are equal. */
  readonly unsetEnvironment: readonly string[];
  readonly workingDirectory: string;
  /** The service has a root directory of its own. */
  readonly hasOwnRoot: boolean;
}

export const UNIT_PROPERTIES = [
  'LoadState',
  'ExecStart',
  'ExecStartEx',
  'Environment',
  'EnvironmentFiles',
  'UnsetEnvironment',
  'WorkingDirectory',
  'RootDirectory',
  'RootImage',
] as const;

const COMMAND_START = '{ path=';
const COMMAND_WORDS = ' ; argv[]=';
const COMMAND_END = / ; (?:ignore_errors=\w+|flags=([^;]*)) ; start_time=/;
const FILE = /^(.*) \(ignore_errors=(yes|no)\)$/;

/** Reads the output of `systemctl show UNIT` for {@link UNIT_PROPERTIES}; `undefined` when it cannot be parsed. */
export function parseUnit(output: string): Unit | undefined {
  const properties = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const name = line.slice(0, equals);
    const value = line.slice(equals + 1);
    if (value === '') continue;
    const values = properties.get(name);
    if (values === undefined) properties.set(name, [value]);
    else values.push(value);
  }
  const first = (name: string): string => properties.get(name)?.[0] ?? '';
  const isLoaded = first('LoadState') !== 'not-found' && first('LoadState') !== 'masked';
  const commands = properties.get('ExecStart') ?? [];
  const command = commandIn(commands.at(-1));
  if (isLoaded && command === undefined) return undefined;
  const environment = (properties.get('Environment') ?? []).map(parseQuotedWords);
  const unset = (properties.get('UnsetEnvironment') ?? []).map(parseQuotedWords);
  const files = (properties.get('EnvironmentFiles') ?? []).map((line) => FILE.exec(line));
  const flags = commandIn(properties.get('ExecStartEx')?.at(-1))?.flags ?? '';
  const { path, line } = command ?? { path: '', line: '' };
  const words = line.split(/\s+/).filter((word) => word !== '');
  const environmentWords = known(environment);
  const unsetEnvironment = known(unset);
  if (environmentWords === undefined || unsetEnvironment === undefined) return undefined;
  const environmentFiles: { path: string; mayBeMissing: boolean }[] = [];
  for (const file of files) {
    if (file === null) return undefined;
    environmentFiles.push({ path: file[1] ?? '', mayBeMissing: file[2] === 'yes' });
  }
  return {
    isLoaded,
    program: path,
    words: words.slice(1),
    isExact: !/["'\\]|\s{2}/.test(line),
    keepsVariables: flags.split(' ').includes('no-env-expand'),
    environment: environmentWords,
    environmentFiles,
    unsetEnvironment,
    workingDirectory: first('WorkingDirectory').replace(/^[-!]/, '') || '/',
    hasOwnRoot: first('RootDirectory') !== '' || first('RootImage') !== '',
  };
}

/** Takes a command as systemd prints it apart: `{ path=P ; argv[]=LINE ; flags=F ; start_time=…`. */
function commandIn(
  text = '',
): { readonly path: string; readonly line: string; readonly flags: string } | undefined {
  const words = text.indexOf(COMMAND_WORDS);
  if (!text.startsWith(COMMAND_START) || words === -1) return undefined;
  const rest = text.slice(words + COMMAND_WORDS.length);
  const end = COMMAND_END.exec(rest);
  if (end === null) return undefined;
  return {
    path: text.slice(COMMAND_START.length, words),
    line: rest.slice(0, end.index),
    flags: end[1] ?? '',
  };
}

function known(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const words = lists.filter((list) => list !== undefined);
  return words.length === lists.length ? words.flat() : undefined;
}

/**
 * Reads `busctl --json=short get-property … ExecStart`, which keeps the words apart.
 *
 * @returns the words after the program's name
 */
export function parseBusCommand(output: string): string[] | undefined {
  const data = parseRecord(output)?.['data'];
  const command: unknown = Array.isArray(data) ? data.at(-1) : undefined;
  if (!Array.isArray(command)) return undefined;
  const words: unknown = command[1];
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined;
  return words.slice(1);
}
