import type { Execution, Host } from '../../host/host.js';
import { describeFailure } from '../../host/probe.js';
import type { Configuration, EffectiveStorage } from '../configuration.js';
import { parseCrioConfigOutput, type PrintedStorage } from './crio-config-output.js';
import { parseCommandLine } from '../service/flags.js';
import { missingOf, type Invocation } from '../service/invocation.js';

/** What the installed CRI-O itself makes of its configuration. */
export type CrioAnswer =
  | { readonly kind: 'resolved'; readonly storage: PrintedStorage }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unknown'; readonly why: string };

export type Confirmation =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'disagrees'; readonly why: string; readonly answer: CrioAnswer }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Runs `crio config` with the service's own flags and environment. It has no side effects: it reads its
 * files and prints the merged result.
 */
export async function askCrio(host: Host, invocation: Invocation): Promise<CrioAnswer> {
  const { program, flags, environment, workingDirectory } = invocation;
  const missing = missingOf(invocation);
  if (missing !== undefined) return { kind: 'unknown', why: describeFailure(missing) };
  // What stands behind the flags would be taken for the command instead of `config`.
  const commandLine = parseCommandLine(flags, environment);
  const rest = commandLine.kind === 'parsed' ? commandLine.arguments.length : 0;
  const args = [...flags.slice(0, flags.length - rest), 'config'];
  const answer = await host.run(program, args, {
    environment: Object.fromEntries(environment),
    workingDirectory,
  });
  if (answer.state === 'absent') return { kind: 'unknown', why: `${program} is missing` };
  if (answer.state === 'unknown') return { kind: 'unknown', why: describeFailure(answer.why) };
  return readAnswer(program, answer.value);
}

/** What the execution of `crio config` says. */
export function readAnswer(program: string, { exitCode, stdout, stderr }: Execution): CrioAnswer {
  if (exitCode !== 0) {
    const message = refusalIn(stderr);
    return message === undefined
      ? { kind: 'unknown', why: `${program} config ended with ${exitCode} and without a message` }
      : { kind: 'refused', message };
  }
  const storage = parseCrioConfigOutput(stdout);
  if (storage !== undefined) return { kind: 'resolved', storage };
  return { kind: 'unknown', why: `the output of ${program} config is not understood` };
}

/**
 * The plain line of an error in storage.conf, or the message of logrus' last fatal line; 1.29 ends after an error
 * line.
 */
function refusalIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line !== '');
  const plain = lines.findIndex((line) => line.startsWith('error loading server config: '));
  if (plain >= 0) return lines.slice(plain).join('\n');
  const last = (level: string) => lines.filter((line) => line.includes(`level=${level} `)).at(-1);
  const fatal = last('fatal') ?? last('error');
  const quoted = /\bmsg=("(?:[^"\\]|\\.)*"|\S+)/.exec(fatal ?? '')?.[1];
  if (quoted === undefined) return undefined;
  if (!quoted.startsWith('"')) return quoted;
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // An escape of Go that JSON has not; the words as printed will do.
    return quoted.slice(1, -1);
  }
}

/** Compares the installed CRI-O's own result with ours, as must be done before anything is corrected. */
export async function confirmWithCrio(
  host: Host,
  invocation: Invocation,
  configuration: Configuration,
): Promise<Confirmation> {
  const answer = await askCrio(host, invocation);
  if (answer.kind === 'unknown') return answer;
  if (configuration.kind === 'unknown') {
    return { kind: 'disagrees', why: `crio-guard cannot determine it: ${configuration.why}`, answer };
  }
  if (answer.kind === 'refused') {
    if (configuration.kind === 'refused') return { kind: 'agrees' };
    return { kind: 'disagrees', why: `CRI-O refuses it: ${answer.message}`, answer };
  }
  if (configuration.kind === 'refused') {
    const why = `CRI-O takes it, and here it was predicted to be refused: ${configuration.refusal.message}`;
    return { kind: 'disagrees', why, answer };
  }
  const differences = differencesOf(configuration.storage, answer.storage);
  if (differences.length === 0) return { kind: 'agrees' };
  return { kind: 'disagrees', why: differences.join('; '), answer };
}

function differencesOf(ours: EffectiveStorage, theirs: PrintedStorage): string[] {
  const differences: string[] = [];
  for (const name of ['root', 'runroot', 'imagestore', 'driver'] as const) {
    if (ours[name].value === theirs[name]) continue;
    differences.push(`${name} is "${theirs[name]}" and not "${ours[name].value}"`);
  }
  const options = ours.options.map(({ value }) => value);
  if (JSON.stringify(options) !== JSON.stringify(theirs.options)) {
    differences.push(`options are [${theirs.options.join(', ')}] and not [${options.join(', ')}]`);
  }
  return differences;
}
