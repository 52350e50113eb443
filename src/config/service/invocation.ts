import type { Host } from '../../host/host.js';
import { lookPath, TOOL_PATH } from '../../host/look-path.js';
import { unknown, valueOf, type ProbeFailure } from '../../host/probe.js';
import { CRIO_UNIT, readExactWords, readUnit } from './ask-systemd.js';
import { CRIO_COMMANDS } from './crio-flags.js';
import { parseCommandLine } from './flags.js';
import { InheritedEnvironment } from './inherited-environment.js';
import type { Unit } from './unit.js';
import { readUnitCommand } from './unit-text.js';
import { GUARD_ENVIRONMENT_FILE, serviceEnvironment } from './unit-environment.js';
import { expandArguments } from './unit-words.js';

/**
 * How CRI-O is called: its flags, its environment and its working directory. By hand these are what crio.service
 * would pass. In ExecStartPre the inherited environment holds the variables.
 */
export interface Invocation {
  /** Absolute path of the crio program, when it is known. */
  readonly program: string;
  /** Arguments after the program, variables already expanded as systemd does. */
  readonly flags: readonly string[];
  readonly environment: ServiceEnvironment;
  /** Relative paths of crio.conf and of flags start here; "/" under systemd. */
  readonly workingDirectory: string;
  /** What could not be learned about the call: the configuration is unknown then. */
  readonly missing?: ProbeFailure;
}

/** Variables of the service. A variable that is asked for later can be unknown. */
export interface ServiceEnvironment extends ReadonlyMap<string, string> {
  readonly failure?: ProbeFailure | undefined;
}

export interface InvocationRequest {
  /** We run in ExecStartPre: CRI-O gets the environment that we inherit. */
  readonly inherited: boolean;
  /** Arguments to assume instead of the unit's. */
  readonly flags?: readonly string[] | undefined;
  readonly unit?: string;
}

/** Where CRI-O is looked for when its unit does not say. */
const PROGRAM_PATH = `/usr/bin:/usr/local/bin:${TOOL_PATH}`;
/** Present exactly when systemd is the running init: sd_booted(3). */
const SYSTEMD_IS_BOOTED = '/run/systemd/system';

/** What could not be learned about the call, including a variable that was asked for later. */
export function missingOf({ missing, environment }: Invocation): ProbeFailure | undefined {
  return missing ?? environment.failure;
}

/**
 * Learns how CRI-O is called: from its unit files where their words are plain, else from systemd. Without systemd,
 * or without the unit, CRI-O's own defaults are assumed.
 */
export async function readInvocation(host: Host, request: InvocationRequest): Promise<Invocation> {
  const inherited = new InheritedEnvironment(host);
  const booted = await host.stat(SYSTEMD_IS_BOOTED);
  if (booted.state === 'unknown') return assumed(host, request, inherited, booted.why);
  if (booted.state === 'absent') return assumed(host, request, inherited);
  const inherits = request.inherited && !(await setsVariables(host));
  const plain =
    inherits && request.flags === undefined ? await readPlainInvocation(host, inherited) : undefined;
  if (plain !== undefined) return plain;
  const unit = await readUnit(host, request.unit ?? CRIO_UNIT);
  if ('kind' in unit) return assumed(host, request, inherited, unit);
  if (!unit.isLoaded) return assumed(host, request, inherited);
  const environment = inherits ? inherited : await serviceEnvironment(host, unit);
  if ('kind' in environment) return assumed(host, request, new Map(), environment);
  return askedInvocation(host, request, unit, environment);
}

/**
 * Whether crio-guard itself sets variables. Then CRI-O does not get the environment that we inherited: this run may
 * write the file, or remove it.
 */
async function setsVariables(host: Host): Promise<boolean> {
  return (await host.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent';
}

async function readPlainInvocation(
  host: Host,
  environment: ServiceEnvironment,
): Promise<Invocation | undefined> {
  const [program, ...words] = (await readUnitCommand(host)) ?? [];
  const flags = expandArguments(words, environment);
  if (program === undefined || !isClean(flags, environment)) return undefined;
  return { program, flags, environment, workingDirectory: '/' };
}

async function askedInvocation(
  host: Host,
  request: InvocationRequest,
  unit: Unit,
  environment: ServiceEnvironment,
): Promise<Invocation> {
  const { program, workingDirectory } = unit;
  const base = { program, environment, workingDirectory };
  if (unit.hasOwnRoot) {
    const detail = 'the service runs in a root directory of its own';
    return { ...base, flags: [], missing: unknown('unreadable', 'read the configuration', detail).why };
  }
  if (request.flags !== undefined) return { ...base, flags: request.flags };
  const flags = expand(unit, unit.words, environment);
  if (unit.isExact && isClean(flags, environment)) return { ...base, flags };
  const words = await readExactWords(host, request.unit ?? CRIO_UNIT);
  if ('kind' in words) return { ...base, flags, missing: words };
  return { ...base, flags: expand(unit, words, environment) };
}

function expand(unit: Unit, words: readonly string[], environment: ServiceEnvironment): string[] {
  return unit.keepsVariables ? [...words] : expandArguments(words, environment);
}

/** A word that was split at a blank shows as an argument that is not a flag, or as a flag that does not exist. */
function isClean(flags: readonly string[], environment: ServiceEnvironment): boolean {
  const commandLine = parseCommandLine(flags, environment);
  if (commandLine.kind === 'refused') return false;
  return commandLine.arguments.every((argument) => CRIO_COMMANDS.has(argument));
}

async function assumed(
  host: Host,
  request: InvocationRequest,
  environment: ServiceEnvironment,
  missing?: ProbeFailure,
): Promise<Invocation> {
  const program = valueOf(await lookPath(host, 'crio', PROGRAM_PATH)) ?? '/usr/bin/crio';
  const base = { program, flags: request.flags ?? [], environment, workingDirectory: '/' };
  return missing === undefined ? base : { ...base, missing };
}
