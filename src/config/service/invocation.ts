import type { Host } from '../../host/host.js';
import { findTool, lookPath, TOOL_PATH } from '../../host/look-path.js';
import { describeFailure, unknown, valueOf, type Probe, type ProbeFailure } from '../../host/probe.js';
import { CRIO_COMMANDS } from './crio-flags.js';
import { parseCommandLine } from './flags.js';
import { InheritedEnvironment } from './inherited-environment.js';
import { parseBusCommand, parseUnit, UNIT_PROPERTIES, type Unit } from './unit.js';
import { readUnitCommand } from './unit-text.js';
import { GUARD_ENVIRONMENT_FILE, managerEnvironment, unitEnvironment } from './unit-environment.js';
import { expandArguments } from './unit-words.js';

/**
 * How CRI-O is called: its flags, its environment and its working directory. By hand it is what
 * crio.service would pass (systemd's word), in ExecStartPre the inherited environment is the truth for the
 * variables.
 */
export interface Invocation {
  /** Absolute path of the crio program, when it is known. */
  readonly program: string;
  /** Arguments after the program, variables already expanded as systemd does. */
  readonly flags: readonly string[];
  readonly environment: ServiceEnvironment;
  /** Relative paths of crio.conf and of flags start here; "/" under systemd. */
  readonly workingDirectory: string;
  /** What could not be learned about the call; with it nothing can be said of the configuration. */
  readonly doubt?: ProbeFailure;
}

/** Variables of the service; one that is asked for later may turn out to be unknown. */
export interface ServiceEnvironment extends ReadonlyMap<string, string> {
  readonly failure?: ProbeFailure | undefined;
}

export interface InvocationRequest {
  /** We run in ExecStartPre: the environment we inherit is the one that CRI-O will get. */
  readonly inherited: boolean;
  /** Arguments to assume instead of the unit's. */
  readonly flags?: readonly string[] | undefined;
  readonly unit?: string;
}

const UNIT = 'crio.service';
/** Where CRI-O is looked for when its unit does not say. */
const PROGRAM_PATH = `/usr/bin:/usr/local/bin:${TOOL_PATH}`;
/** Present exactly when systemd is the running init: sd_booted(3). */
const SYSTEMD_IS_BOOTED = '/run/systemd/system';

/** What could not be learned about the call, a variable asked for since then included. */
export function doubtOf({ doubt, environment }: Invocation): ProbeFailure | undefined {
  return doubt ?? environment.failure;
}

/** Asks systemd how it calls CRI-O. Without systemd, or without the unit, CRI-O's own defaults are assumed. */
export async function readInvocation(host: Host, request: InvocationRequest): Promise<Invocation> {
  const inherited = new InheritedEnvironment(host);
  const booted = await host.stat(SYSTEMD_IS_BOOTED);
  const inherits = request.inherited && (booted.state !== 'known' || !(await setsVariables(host)));
  if (inherits && request.flags === undefined && booted.state === 'known') {
    const [program, ...words] = (await readUnitCommand(host)) ?? [];
    const flags = expandArguments(words, inherited);
    if (program !== undefined && isClean(flags, inherited)) {
      return { program, flags, environment: inherited, workingDirectory: '/' };
    }
  }
  const unit = booted.state === 'known' ? await readUnit(host, request.unit ?? UNIT) : undefined;
  if (unit !== undefined && 'kind' in unit) return assumed(host, request, inherited, unit);
  if (unit?.isLoaded !== true) return assumed(host, request, inherited, undefined);
  let environment: ReadonlyMap<string, string> = inherited;
  if (!inherits) {
    const manager = await managerEnvironment(host, await tool(host, 'systemctl'));
    if ('kind' in manager) return assumed(host, request, new Map(), manager);
    const found = await unitEnvironment(host, unit, manager);
    if ('kind' in found) return assumed(host, request, new Map(), found);
    environment = found;
  }
  const { program, workingDirectory } = unit;
  const base = { program, environment, workingDirectory };
  if (unit.hasOwnRoot) {
    const why = failure(
      'unreadable',
      'read the configuration',
      'the service runs in a root directory of its own',
    );
    return { ...base, flags: [], doubt: why };
  }
  if (request.flags !== undefined) return { ...base, flags: request.flags };
  const flags = expand(unit, unit.words, environment);
  if (unit.isExact && isClean(flags, environment)) return { ...base, flags };
  const words = await readWords(host, request.unit ?? UNIT);
  if ('kind' in words) return { ...base, flags, doubt: words };
  return { ...base, flags: expand(unit, words, environment) };
}

/**
 * Whether crio-guard itself sets variables. Then the environment we inherited is not the one CRI-O will
 * get: this run may write the file, or take it away.
 */
async function setsVariables(host: Host): Promise<boolean> {
  return (await host.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent';
}

function expand(unit: Unit, words: readonly string[], environment: ReadonlyMap<string, string>): string[] {
  return unit.keepsVariables ? [...words] : expandArguments(words, environment);
}

/** A word that was torn at a blank shows as an argument that is no flag, or as a flag that does not exist. */
function isClean(flags: readonly string[], environment: ReadonlyMap<string, string>): boolean {
  const commandLine = parseCommandLine(flags, environment);
  if (commandLine.outcome === 'refused') return false;
  return commandLine.arguments.every((argument) => CRIO_COMMANDS.has(argument));
}

async function assumed(
  host: Host,
  request: InvocationRequest,
  environment: ReadonlyMap<string, string>,
  doubt: ProbeFailure | undefined,
): Promise<Invocation> {
  const program = valueOf(await lookPath(host, 'crio', PROGRAM_PATH)) ?? '/usr/bin/crio';
  const base = { program, flags: request.flags ?? [], environment, workingDirectory: '/' };
  return doubt === undefined ? base : { ...base, doubt };
}

/** What systemd says of a service. */
export async function readUnit(host: Host, name = UNIT): Promise<Unit | ProbeFailure> {
  const systemctl = await tool(host, 'systemctl');
  const args = ['show', name, ...UNIT_PROPERTIES.flatMap((property) => ['-p', property])];
  const output = outputOf(await host.run(systemctl, args), `ask systemd about ${name}`);
  if (typeof output !== 'string') return output;
  const unit = parseUnit(output);
  return unit ?? failure('unreadable', `ask systemd about ${name}`, 'its answer is not understood');
}

async function readWords(host: Host, name: string): Promise<readonly string[] | ProbeFailure> {
  const busctl = await tool(host, 'busctl');
  const object = `/org/freedesktop/systemd1/unit/${name.replace(/[^A-Za-z0-9]/g, escapeByte)}`;
  const args = ['--json=short', 'get-property', 'org.freedesktop.systemd1', object];
  const question = `ask for the exact arguments of ${name}`;
  const answer = await host.run(busctl, [...args, 'org.freedesktop.systemd1.Service', 'ExecStart']);
  const output = outputOf(answer, question);
  if (typeof output !== 'string') return output;
  return parseBusCommand(output) ?? failure('unreadable', question, 'the answer is not understood');
}

/** sd_bus_path_encode */
const escapeByte = (character: string): string => `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

function outputOf(
  answer: Probe<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>,
  question: string,
): string | ProbeFailure {
  if (answer.state === 'absent') return failure('failed', question, 'the program is missing');
  if (answer.state === 'unknown') return failure('depends', question, describeFailure(answer.why));
  const { exitCode, stdout, stderr } = answer.value;
  return exitCode === 0 ? stdout : failure('failed', question, stderr.trim());
}

const failure = (kind: ProbeFailure['kind'], question: string, detail: string): ProbeFailure =>
  unknown(kind, question, detail).why;

const tool = async (host: Host, name: string): Promise<string> =>
  valueOf(await findTool(host, name)) ?? `/usr/bin/${name}`;
