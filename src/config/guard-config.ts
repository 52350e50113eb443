import type { Host } from '../host/host.js';
import { describeFailure, type FailureKind, type ProbeFailure } from '../host/probe.js';
import { TOML_1_6 } from '../toml/dialect.js';
import { nearestName } from '../text/nearest-name.js';
import { parseToml } from '../toml/toml.js';
import { keyName, refusalMessage, type TomlValue } from '../toml/value.js';
import {
  guardConfigurationOf,
  type GuardConfiguration,
  type GuardStatement,
  type GuardStatements,
} from './guard-configuration.js';
import { GUARD_KEYS, GUARD_SCHEMA, VARIABLE_PREFIX, variableOf, type GivenValue } from './guard-settings.js';

const DIRECTORY = '/etc/crio-guard';
const FILE = `${DIRECTORY}/crio-guard.conf`;
const DROP_INS = `${DIRECTORY}/crio-guard.conf.d`;

/**
 * Reads the guard's own configuration: the file, then its drop-ins whose names end in .conf, in byte order,
 * then the variables. A key with a mistake has its default; the mistake is named, and nothing is corrected until it
 * is gone.
 *
 * @param variables names of all variables of the environment
 */
export async function readGuardConfiguration(
  host: Host,
  variables: readonly string[],
): Promise<GuardConfiguration> {
  const draft: GuardStatements = { statements: [], problems: [], unread: [] };
  const untrusted = await whyNotTrusted(host, DIRECTORY);
  if (untrusted === undefined) {
    for (const path of [FILE, ...(await dropIns(host, draft))]) await applyFile(host, path, draft);
  } else {
    draft.problems.push(untrusted);
  }
  for (const key of GUARD_KEYS) {
    const name = variableOf(key);
    const variable = host.environment(name);
    if (variable.state !== 'known' || variable.value === '') continue;
    const given = GUARD_SCHEMA[key].fromText(variable.value);
    state(draft, { key, given, origin: { kind: 'environment', name } }, name);
  }
  for (const name of variables) {
    if (!name.startsWith(VARIABLE_PREFIX) || GUARD_KEYS.some((key) => variableOf(key) === name)) continue;
    const value = host.environment(name);
    if (value.state === 'known' && value.value !== '') draft.problems.push(unknownVariable(name));
  }
  return guardConfigurationOf(draft);
}

/** With these nothing is known of the file; a file of another kind, or a huge one, is a mistake of its own. */
const UNANSWERED: ReadonlySet<FailureKind> = new Set<FailureKind>(['permission', 'timeout', 'not-asked']);

function notRead({ problems, unread }: GuardStatements, why: ProbeFailure): void {
  problems.push(describeFailure(why));
  if (UNANSWERED.has(why.kind)) unread.push(why);
}

const WRITABLE_BY_OTHERS = 0o022;

/** What others could write is not obeyed. On NixOS the files are links of root's to files of root's. */
async function whyNotTrusted(host: Host, path: string): Promise<string | undefined> {
  for (const status of [await host.lstat(path), await host.stat(path)]) {
    if (status.state !== 'known') continue;
    const { userId, mode, kind } = status.value;
    if (userId !== 0 || (kind !== 'symlink' && (mode & WRITABLE_BY_OTHERS) !== 0)) {
      return `${path} must be owned by root and writable only by root`;
    }
  }
  return undefined;
}

async function dropIns(host: Host, draft: GuardStatements): Promise<string[]> {
  const entries = await host.readDirectory(DROP_INS);
  if (entries.state === 'unknown') notRead(draft, entries.why);
  if (entries.state !== 'known') return [];
  const untrusted = await whyNotTrusted(host, DROP_INS);
  if (untrusted !== undefined) {
    draft.problems.push(untrusted);
    return [];
  }
  const names = entries.value.filter(({ name }) => name.endsWith('.conf') && !name.startsWith('.'));
  return names.map(({ name }) => `${DROP_INS}/${name}`);
}

async function applyFile(host: Host, path: string, draft: GuardStatements): Promise<void> {
  const content = await host.readFile(path);
  if (content.state === 'unknown') notRead(draft, content.why);
  if (content.state !== 'known') return;
  const untrusted = await whyNotTrusted(host, path);
  if (untrusted !== undefined) {
    draft.problems.push(untrusted);
    return;
  }
  const parsed = await parseToml(content.value, TOML_1_6);
  if (parsed.kind === 'unknown') {
    draft.problems.push(`could not interpret ${path}: ${parsed.why}`);
    return;
  }
  if (parsed.kind === 'refused') {
    draft.problems.push(`${path}: ${refusalMessage(parsed.refusal)}`);
    return;
  }
  for (const [name, value] of parsed.document.root.entries) {
    const { line } = value;
    const place = `${path}:${line}`;
    const key = GUARD_KEYS.find((known) => known === name);
    if (key === undefined) draft.problems.push(`${place}: ${unknownKey(name)}`);
    else state(draft, { key, given: givenBy(value), origin: { kind: 'file', path, key, line } }, place);
  }
}

function unknownKey(name: string): string {
  const meant = nearestName(name, GUARD_KEYS);
  return `unknown key ${keyName([name])}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function unknownVariable(name: string): string {
  const nearest = nearestName(name.slice(VARIABLE_PREFIX.length).toLowerCase(), GUARD_KEYS);
  const meant = GUARD_KEYS.find((key) => key === nearest);
  return `unknown variable ${keyName([name])}${meant === undefined ? '' : `; did you mean ${variableOf(meant)}?`}`;
}

/** @returns undefined for what no key can be */
function givenBy(value: TomlValue): GivenValue | undefined {
  switch (value.type) {
    case 'string':
      return value.value;
    case 'integer':
      return Number(value.value);
    case 'array': {
      const texts = value.items.flatMap((item) => (item.type === 'string' ? [item.value] : []));
      return texts.length === value.items.length ? texts : undefined;
    }
    default:
      return undefined;
  }
}

/** @param place its origin, for a message */
function state({ statements, problems }: GuardStatements, statement: GuardStatement, place: string): void {
  const { key, given } = statement;
  const { accept, must } = GUARD_SCHEMA[key];
  statements.push(statement);
  if (given !== undefined && accept(given) !== undefined) return;
  const what = typeof given === 'string' ? `, not ${JSON.stringify(given)}` : '';
  problems.push(`${place}: ${key} must be ${must}${what}`);
}
