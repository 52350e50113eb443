import type { Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import { TOML_1_6 } from '../toml/dialect.js';
import { nearestName } from '../text/nearest-name.js';
import { parseToml } from '../toml/toml.js';
import { keyName, refusalMessage, type TomlValue } from '../toml/value.js';

export type GuardMode = 'fix' | 'check' | 'off';

/** crio-guard's own configuration. */
export interface GuardConfiguration {
  readonly mode: GuardMode;
  /** Codes of rules whose findings are shown but do not count. */
  readonly ignore: readonly string[];
  /** Seconds that a run may take. */
  readonly deadline: number;
  /** What is wrong with the configuration, one sentence each. With any of these nothing is corrected. */
  readonly problems: readonly string[];
}

const DIRECTORY = '/etc/crio-guard';
const FILE = `${DIRECTORY}/crio-guard.conf`;
const DROP_INS = `${DIRECTORY}/crio-guard.conf.d`;
const KILL_SWITCH = 'CRIO_GUARD_MODE';
const SHORTEST = 1;
const LONGEST = 60;
const CODE = /^CG\d{3}$/;

interface Draft {
  mode: GuardMode;
  ignore: string[];
  deadline: number;
  readonly problems: string[];
}

/**
 * Reads the guard's own configuration: the file, then its drop-ins whose names end in .conf, in byte order,
 * then the variable that switches it off. A key with a mistake has its default; the mistake is named, and
 * nothing is corrected until it is gone.
 */
export async function readGuardConfiguration(host: Host): Promise<GuardConfiguration> {
  const draft: Draft = { mode: 'fix', ignore: [], deadline: 10, problems: [] };
  const untrusted = await whyNotTrusted(host, DIRECTORY);
  if (untrusted === undefined) {
    for (const path of [FILE, ...(await dropIns(host, draft))]) await applyFile(host, path, draft);
  } else {
    draft.problems.push(untrusted);
  }
  const variable = host.environment(KILL_SWITCH);
  if (variable.state === 'known' && variable.value !== '') {
    const mode = modeOf(variable.value);
    if (mode === undefined)
      draft.problems.push(`${KILL_SWITCH} is "${variable.value}", not fix, check or off`);
    else draft.mode = mode;
  }
  const { mode, deadline, problems } = draft;
  return { mode, ignore: [...new Set(draft.ignore)], deadline, problems };
}

/** Nothing is corrected until the file is right: what was meant may have forbidden it. */
export const mayChange = ({ problems }: GuardConfiguration): boolean => problems.length === 0;

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

async function dropIns(host: Host, draft: Draft): Promise<string[]> {
  const entries = await host.readDirectory(DROP_INS);
  if (entries.state === 'unknown') draft.problems.push(describeFailure(entries.why));
  if (entries.state !== 'known') return [];
  const untrusted = await whyNotTrusted(host, DROP_INS);
  if (untrusted !== undefined) {
    draft.problems.push(untrusted);
    return [];
  }
  const names = entries.value.filter(({ name }) => name.endsWith('.conf') && !name.startsWith('.'));
  return names.map(({ name }) => `${DROP_INS}/${name}`);
}

async function applyFile(host: Host, path: string, draft: Draft): Promise<void> {
  const content = await host.readFile(path);
  if (content.state === 'unknown') draft.problems.push(describeFailure(content.why));
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
  for (const [key, value] of parsed.document.root.entries) {
    const problem = applyKey(key, value, draft);
    if (problem !== undefined) draft.problems.push(`${path}:${value.line}: ${problem}`);
  }
}

/** @returns what is wrong with the key */
function applyKey(key: string, value: TomlValue, draft: Draft): string | undefined {
  const name = GUARD_KEYS.find((known) => known === key);
  if (name !== undefined) return APPLY[name](value, draft);
  const meant = nearestName(key, GUARD_KEYS);
  return `unknown key ${keyName([key])}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** Every key of the configuration; crio-guard.conf(5) documents each. */
export const GUARD_KEYS = ['mode', 'ignore', 'deadline'] as const;

/** Takes a value over, or says what is wrong with it. */
const APPLY: Readonly<
  Record<(typeof GUARD_KEYS)[number], (value: TomlValue, draft: Draft) => string | undefined>
> = {
  mode(value, draft) {
    const mode = value.type === 'string' ? modeOf(value.value) : undefined;
    if (mode === undefined) {
      const given = value.type === 'string' ? `, not ${JSON.stringify(value.value)}` : '';
      return `mode must be "fix", "check" or "off"${given}`;
    }
    draft.mode = mode;
    return undefined;
  },
  ignore(value, draft) {
    if (value.type !== 'array') return 'ignore must be a list of codes such as "CG504"';
    const codes = value.items.flatMap((code) =>
      code.type === 'string' && CODE.test(code.value) ? [code.value] : [],
    );
    if (codes.length < value.items.length) return 'ignore must hold codes such as "CG504" and nothing else';
    draft.ignore = [...draft.ignore, ...codes];
    return undefined;
  },
  deadline(value, draft) {
    const seconds = value.type === 'integer' ? Number(value.value) : NaN;
    if (!(seconds >= SHORTEST && seconds <= LONGEST))
      return `deadline must be a whole number of seconds from ${SHORTEST} to ${LONGEST}`;
    draft.deadline = seconds;
    return undefined;
  },
};

function modeOf(text: string): GuardMode | undefined {
  return text === 'fix' || text === 'check' || text === 'off' ? text : undefined;
}
